import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely, KyselyPlugin } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { eachDatabase, type TestDatabase } from '../testing/each-database.ts'
import { openDatabase, type Database } from '../database/open-database.ts'
import type { Tables } from '../database/tables.ts'
import { createDiskFiles, type MediaFiles } from '../media/store/media-store.ts'
import { createS3Files } from '../media/store/s3-store.ts'
import { startS3 } from '../testing/start-s3.ts'
import { createRunStore } from '../runs/run-store.ts'
import { createRuns } from '../runs/runs.ts'
import { migrateData } from './migrate-data.ts'
import { digestTable, tables } from './rows.ts'
import { isInUse, settle } from './wait-until-idle.ts'

let s3: Awaited<ReturnType<typeof startS3>>
beforeAll(async () => {
  s3 = await startS3()
})
afterAll(() => s3.close())

let dir = ''
let source: Database
let prefixes = 0
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'showwork-move-'))
  source = await openDatabase({ DATA_DIR: dir, DATABASE_URL: undefined, DATABASE_CONNECTIONS: 2 })
})
afterEach(async () => {
  await source.close()
  rmSync(dir, { recursive: true, force: true })
})

const sourceFiles = () => createDiskFiles(join(dir, 'media'))
const openS3 = () => createS3Files(s3.place(`move-${prefixes}`), join(dir, 'scratch'), { onLost() {}, onFound() {} })
const toHash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const pictureOf = (index: number) => Buffer.from(`picture ${index}`)

/** More than a page of runs, and something in every table. */
async function fill(runs = 120) {
  const { db } = source
  const files = sourceFiles()
  for (let index = 0; index < 7; index += 1) {
    const hash = toHash(pictureOf(index))
    await files.put(hash, pictureOf(index))
    const row = { id: `media-${index}`, visitor: `v${index % 3}`, hash, media: '{"bytes":9}', created_at: 5 + index }
    await db.insertInto('media').values(row).execute()
  }
  const rows = Array.from({ length: runs }, (_, index) => ({
    id: `run-${index}`,
    visitor: `v${index % 3}`,
    question: `Was ist ${index}? 这是什么 ∫ 🙂`,
    media: index % 10 === 0 ? JSON.stringify([{ id: `media-${index % 7}` }]) : '[]',
    model: 'm',
    thinking: '{"enabled":true}',
    key: index === 4 ? 'key' : null,
    body_hash: 'h',
    created_at: 1_700_000_000_000 + index,
    result: JSON.stringify({ status: 'finished' }),
    thinking_text: index === 3 ? 'a\0b' : '',
    answer_text: `answer ${index} `.repeat(50),
    conversation: `run-${index}`,
  }))
  await db.insertInto('runs').values(rows).execute()
  await db.updateTable('media').set({ asked_at: 77 }).where('id', '=', 'media-1').execute()
  const share = { id: 's', visitor: 'v0', run_id: 'run-1', scope: 'run' as const, include: '{}', covers: '[]' }
  await db
    .insertInto('shares')
    .values({ ...share, expires_at: null, created_at: 1, updated_at: 2 })
    .execute()
  await db.insertInto('run_signatures').values({ run_id: 'run-2', signature: 'é' }).execute()
  const mark = { conversation: 'run-1', visitor: 'v1', title: 'Größe', pinned_at: 9 }
  await db.insertInto('conversation_marks').values(mark).execute()
  const scopes = ['all', 'visitor:Z', 'visitor:a', 'visitor:ä', 'visitor:漢', 'visitor:🙂']
  const rates = scopes.map((scope) => ({ scope, earned_at: 1 }))
  await db.insertInto('rates').values(rates).execute()
  const spent = { day: '2026-11-25', runs: 1, tokens: 2, cost: 3_000_000_000_000 }
  const spending = scopes.map((scope) => ({ scope, ...spent }))
  await db.insertInto('spending').values(spending).execute()
  await db.insertInto('salts').values({ day: '2026-11-25', salt: 'x' }).execute()
  const reservation = { id: 'r', run_id: null, visitor: 'v', address: null, day: 'd', input: 1, tokens: 2, cost: 3 }
  await db
    .insertInto('reservations')
    .values({ ...reservation, created_at: 4 })
    .execute()
  await db.insertInto('pairings').values({ code_hash: 'c', visitor: 'v0', expires_at: 5, media_id: null }).execute()
  await db.insertInto('added').values({ scope: 'address:x', day: '2026-11-25', bytes: 3_000_000_000_000 }).execute()
  await db.insertInto('blocked_visitors').values({ visitor: 'bad', created_at: 4 }).execute()
}

/** As if the process were killed at its so many-th query. */
function cutAfter(queries: number): KyselyPlugin {
  let left = queries
  return {
    transformQuery({ node }) {
      left -= 1
      if (left < 0) throw new Error('cut')
      return node
    },
    transformResult: async ({ result }) => result,
  }
}

const cutFiles = (files: MediaFiles, puts: number): MediaFiles => {
  let left = puts
  return {
    ...files,
    async receive(...given) {
      left -= 1
      if (left < 0) throw new Error('cut')
      return await files.receive(...given)
    },
  }
}

eachDatabase((create) => {
  let made: TestDatabase
  let target: Database
  beforeEach(async () => {
    prefixes += 1
    made = await create()
    target = await made.open()
  })
  afterEach(() => made.drop())

  const move = async (db: Kysely<Tables> = target.db, files: MediaFiles = openS3()) => {
    const lines: string[] = []
    const damaged = await migrateData({
      source: { db: source.db, files: sourceFiles() },
      target: { db, files },
      say: (line) => lines.push(line),
    })
    return { lines, damaged }
  }

  test('every row and every picture is there, and it says what it proved', async () => {
    await fill()
    const { lines, damaged } = await move()
    expect(damaged).toEqual([])
    for (const table of tables) {
      const there = await digestTable(target.db, table)
      expect(there.rows, table.name).toBeGreaterThan(0)
      expect(there).toEqual(await digestTable(source.db, table))
      expect(lines.join('\n')).toContain(`${table.name}: ${there.rows} rows, the same here and there (sha256 `)
    }
    expect(lines[0]).toBe('pictures: 7 there and each read back by its hash, 7 of them copied now (63 bytes)')
    expect(Buffer.from(await openS3().read(toHash(pictureOf(4))))).toEqual(pictureOf(4))
    const moved = createRuns(createRunStore(target.db), () => {})
    expect(await moved.read('run-7', 'v1')).toMatchObject({ question: 'Was ist 7? 这是什么 ∫ 🙂' })
    // Run again it finds all of it.
    expect((await move()).lines[0]).toContain('0 of them copied now')
  })

  test('cut off anywhere it goes on when it is run again', async () => {
    await fill()
    let cuts = 0
    for (let queries = 0; ; queries += 1) {
      const attempt = move(target.db.withPlugin(cutAfter(queries)), cutFiles(openS3(), queries / 3))
      const result = await attempt.catch((error: unknown) => error)
      if (!(result instanceof Error)) break
      expect(result.message).toBe('cut')
      cuts += 1
    }
    expect(cuts).toBeGreaterThan(20)
    for (const table of tables) {
      expect(await digestTable(target.db, table)).toEqual(await digestTable(source.db, table))
    }
  })

  test('a target with other data is refused, and nothing is written', async () => {
    await fill(3)
    await target.db.insertInto('salts').values({ day: '2020-01-01', salt: 'theirs' }).execute()
    await expect(move()).rejects.toThrow(/holds other data: its table salts .* Nothing was changed/)
    await target.db.deleteFrom('salts').execute()
    await target.db.insertInto('rates').values({ scope: 'all', earned_at: 2 }).execute()
    await expect(move()).rejects.toThrow('its table rates')
    await target.db.deleteFrom('rates').execute()
    await target.db.insertInto('instances').values({ id: 'other', lease_until: 1 }).execute()
    await expect(move()).rejects.toThrow('a server uses it')
    await target.db.deleteFrom('instances').execute()
    await openS3().put(toHash(Buffer.from('theirs')), Buffer.from('theirs'))
    await expect(move()).rejects.toThrow('a picture that this data has not')
    for (const table of tables) expect((await digestTable(target.db, table)).rows).toBe(0)
    expect(s3.names().filter((name) => name.startsWith(`move-${prefixes}/`))).toHaveLength(1)
  })

  test('a picture that is damaged here is named and not copied; one that was damaged there is copied again', async () => {
    await fill(3)
    const [here, there] = [toHash(pictureOf(1)), toHash(pictureOf(2))]
    truncateSync(join(dir, 'media', here.slice(0, 2), here), 3)
    await openS3().put(there, pictureOf(2))
    s3.cutOff(`move-${prefixes}/${there}`, 3)
    expect((await move()).damaged).toEqual([here])
    expect(Buffer.from(await openS3().read(there))).toEqual(pictureOf(2))
  })
})

test('a store that is lost on the way is no damage', async () => {
  prefixes += 1
  await fill(3)
  await s3.stop()
  const { db } = source
  const move = migrateData({ source: { db, files: sourceFiles() }, target: { files: openS3() }, say() {} })
  await expect(move).rejects.toMatchObject({ code: 'media-unavailable' })
  await s3.startAgain()
})

test('what a killed server left going is ended first', async () => {
  await fill(3)
  await source.db.updateTable('runs').set({ owner: 'gone/1/x', result: null }).where('id', '=', 'run-1').execute()
  await source.db.insertInto('instances').values({ id: 'gone/1/x', lease_until: 1 }).execute()
  await settle(source)
  const run = await source.db.selectFrom('runs').selectAll().where('id', '=', 'run-1').executeTakeFirstOrThrow()
  expect(run.owner).toBeNull()
  expect(run.result).toContain('interrupted')
  expect(await source.db.selectFrom('instances').selectAll().execute()).toEqual([])
})

test('a server that runs is seen', async () => {
  const runs = createRuns(createRunStore(source.db), () => {})
  expect(await isInUse(source.db)).toBe(false)
  await runs.open()
  expect(await isInUse(source.db)).toBe(true)
  await runs.shutDown(0)
  expect(await isInUse(source.db)).toBe(false)
})
