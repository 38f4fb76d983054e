import { CompiledQuery, sql, type Insertable, type Kysely, type KyselyPlugin } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { HistoryEntry } from '../../shared/history.ts'
import { eachDatabase, type TestDatabase } from '../testing/each-database.ts'
import type { Tables } from '../database/tables.ts'
import { createRunStore } from '../runs/run-store.ts'
import { createRuns } from '../runs/runs.ts'
import { createConversations } from './conversations.ts'
import { createSignatures } from './signatures.ts'

type Row = Partial<Insertable<Tables['runs']>> & { id: string }

const toRow = (row: Row): Insertable<Tables['runs']> => ({
  visitor: 'v',
  parent: null,
  sibling_of: null,
  question: `Question ${row.id}`,
  media: '[]',
  model: 'm',
  thinking: '{"enabled":true}',
  key: null,
  body_hash: '',
  owner: null,
  created_at: 0,
  deleted_at: null,
  result: '{"status":"finished","finish":"stop","lastSeq":3}',
  thinking_text: '',
  answer_text: '',
  timeline: '',
  conversation: row.sibling_of ?? row.id,
  ...row,
})

eachDatabase((create, engine) => {
  let database: TestDatabase
  let db: Kysely<Tables>
  let queries: { sql: string; parameters: readonly unknown[] }[] = []
  let history: ReturnType<typeof createConversations>

  /** Every query that goes to the database, as it goes. */
  const spy: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      const { sql, parameters } = db.getExecutor().compileQuery(node, queryId)
      queries.push({ sql, parameters })
      return node
    },
    transformResult: async ({ result }) => result,
  }

  /** Postgres plans by what it has counted, which here is nothing yet. */
  async function planOf({ sql: text, parameters }: (typeof queries)[number]): Promise<string> {
    if (engine === 'Postgres') return ''
    const { rows } = await db.executeQuery(CompiledQuery.raw(`explain query plan ${text}`, [...parameters]))
    return (rows as { detail: string }[]).map(({ detail }) => detail).join('\n')
  }

  const insert = async (rows: Row[]) => {
    for (let at = 0; at < rows.length; at += 500) {
      await db
        .insertInto('runs')
        .values(rows.slice(at, at + 500).map(toRow))
        .execute()
    }
  }

  async function readAll(query = '') {
    const pages: HistoryEntry[][] = []
    for (let cursor: string | undefined; ;) {
      const page = await history.list('v', { query, limit: 30, ...(cursor !== undefined && { cursor }) })
      pages.push(page.items)
      if (page.next === undefined) return pages
      cursor = page.next
    }
  }
  const idsOf = async (query = '') => (await readAll(query)).flat().map(({ id }) => id)

  async function open() {
    database = await create()
    db = (await database.open()).db
    const watched = db.withPlugin(spy)
    history = createConversations(
      watched,
      createRuns(createRunStore(watched), () => {}),
    )
  }
  const close = () => database.drop()

  describe('with ten thousand runs', () => {
    const ages = Array.from({ length: 10_000 }, (_, index) => index)
    beforeAll(async () => {
      await open()
      await insert(
        ages.map((index) => ({
          id: `r${String(index).padStart(5, '0')}`,
          created_at: 1_000_000 + Math.floor(index / 3),
          answer_text: index % 1_000 === 7 ? '所以周长是十。' : 'So the area is \\(18\\).',
          thinking_text: index % 2_500 === 11 ? 'Recall the hyperbola first.' : 'Let us see.',
        })),
      )
      await insert([{ id: 'foreign', visitor: 'w', created_at: 5_000_000 }])
      if (engine === 'Postgres') await sql`analyze`.execute(db)
    })
    afterAll(close)
    beforeEach(() => {
      queries = []
    })

    test('a page anywhere costs the same few queries, by index, without sorting', async () => {
      const first = await history.list('v', { query: '', limit: 30 })
      const inFirst = queries.length
      const half = `${1_000_000 + 1_666}.r05000`
      queries = []
      const middle = await history.list('v', { query: '', limit: 30, cursor: half })
      expect(first.items).toHaveLength(30)
      expect(middle.items[0]?.id).toBe('r04999')
      expect(queries.length).toBeLessThanOrEqual(4)
      expect(inFirst).toBeLessThanOrEqual(5)
      for (const query of queries) {
        const plan = await planOf(query)
        expect(plan).not.toMatch(/SCAN runs(?! USING INDEX)/)
        if (query.sql.includes('as "newer"')) expect(plan).not.toContain('TEMP B-TREE')
      }
    })

    test('paging gives each conversation once, newest first, and nobody else’s', async () => {
      const ids = await idsOf()
      expect(ids).toHaveLength(10_000)
      expect(ids).toEqual([...ids].sort().reverse())
    })

    test('a search finds all of it, over pages; once all are signed it reads signatures, not texts', async () => {
      const inAge = ages
        .filter((index) => index % 1_000 === 7)
        .reverse()
        .map((index) => `r${String(index).padStart(5, '0')}`)
      expect(await idsOf('周长')).toEqual(inAge)
      const failures: unknown[] = []
      const signatures = createSignatures(db, (error) => failures.push(error), { restFactor: 0 })
      signatures.start()
      const countSigned = async () =>
        (await db.selectFrom('run_signatures').select(db.fn.countAll<number>().as('count')).executeTakeFirst())?.count
      await expect.poll(countSigned, { timeout: 15_000 }).toBe(10_001)
      await signatures.stop()
      expect(failures).toEqual([])
      expect(await idsOf('周长')).toEqual(inAge)
      queries = []
      expect(await idsOf('HYPERBOLA')).toHaveLength(4)
      const readTexts = queries.filter(({ sql }) => sql.includes('"answer_text"') && !sql.includes('substr'))
      const textsRead = readTexts.reduce((sum, { parameters }) => sum + parameters.length, 0)
      expect(queries.length).toBeLessThan(100)
      expect(textsRead).toBeLessThan(200)
      for (const query of queries.filter(({ sql }) => sql.includes('run_signatures'))) {
        expect(await planOf(query)).not.toMatch(/SCAN|TEMP B-TREE/)
      }
      expect(await idsOf('nowhere at all')).toEqual([])
    })
  })

  describe('a conversation', () => {
    beforeAll(async () => {
      await open()
      await insert([
        { id: 'old', created_at: 10, answer_text: '面积是十八' },
        { id: 'other', created_at: 20, answer_text: 'An ellipse.' },
        { id: 'edited', created_at: 30, sibling_of: 'old', answer_text: '100 % sure, 周长是十' },
        {
          id: 'follow',
          created_at: 40,
          parent: 'old',
          conversation: 'old',
          answer_text: 'By the Pythagorean theorem.',
        },
        { id: 'live', created_at: 35, owner: 'somebody', result: null },
      ])
    })
    afterAll(close)

    test('is one entry with its newest first question, as new as its newest run', async () => {
      const [page] = await readAll()
      expect(page?.map(({ id, openId }) => [id, openId])).toEqual([
        ['edited', 'follow'],
        ['live', 'live'],
        ['other', 'other'],
      ])
      expect(page?.map(({ isLive }) => isLive)).toEqual([undefined, true, undefined])
    })

    test('is found by what any of its runs holds, and opened there', async () => {
      expect((await readAll('面积'))[0]).toMatchObject([{ id: 'edited', openId: 'old', snippet: '面积是十八' }])
      expect((await readAll('周长 100'))[0]).toMatchObject([{ openId: 'edited' }])
      expect((await readAll('pythagor'))[0]).toMatchObject([{ openId: 'follow' }])
      expect(await idsOf('100%')).toEqual([])
      expect(await idsOf('ｅｌｌｉｐｓｅ')).toEqual(['other'])
    })

    test('is shown from root to leaf with the versions of each step', async () => {
      expect(await history.readThread('old', 'v')).toMatchObject({
        runs: [{ id: 'old' }, { id: 'follow' }],
        siblings: [['old', 'edited'], ['follow']],
      })
      await expect(history.readThread('old', 'w')).rejects.toMatchObject({ status: 404 })
    })

    test('can be named and pinned, is found by its name, and by nobody else changed', async () => {
      expect(await history.change('follow', 'v', { title: 'Homework for 星期三', isPinned: true })).toMatchObject({
        id: 'edited',
        title: 'Homework for 星期三',
        isPinned: true,
      })
      expect(await idsOf('星期 homework')).toEqual(['edited'])
      expect((await history.list('v', { query: '', limit: 1 })).pinned).toMatchObject([{ id: 'edited' }])
      await expect(history.change('old', 'w', { title: 'Mine' })).rejects.toMatchObject({ status: 404 })
      expect((await history.change('old', 'v', { title: null, isPinned: false })).title).toBeUndefined()
      expect((await history.list('v', { query: '', limit: 1 })).pinned).toEqual([])
    })
  })

  test('a name and a pin go with the last run of their conversation', async () => {
    await open()
    await insert([{ id: 'a', created_at: 1 }])
    await history.change('a', 'v', { title: 'Gone soon' })
    const store = createRunStore(db)
    await store.markDeleted('a', 'v', 1_000, true)
    await store.purge(20_000)
    expect(await db.selectFrom('conversation_marks').selectAll().execute()).toEqual([])
    await close()
  })
})
