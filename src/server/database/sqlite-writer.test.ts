import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { sql, type Kysely } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqlite } from './open-sqlite.ts'
import type { Tables } from './tables.ts'

let dir: string
let db: Kysely<Tables>
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'showwork-writer-'))
  db = await openSqlite(dir)
})
afterEach(async () => {
  await db.destroy()
  rmSync(dir, { recursive: true, force: true })
})

const block = async (on: Kysely<Tables>, visitor: string) =>
  await on.insertInto('blocked_visitors').values({ visitor, created_at: 0 }).execute()
const readBlocked = async () =>
  (await db.selectFrom('blocked_visitors').select('visitor').execute()).map(({ visitor }) => visitor)

test('a statement of its own waits for the transaction that is going, not for those in line', async () => {
  const order: string[] = []
  const transactions = Array.from({ length: 20 }, (_, index) =>
    db.transaction().execute(async (trx) => {
      await block(trx, `t${index}`)
      await block(trx, `t${index} again`)
      order.push(`t${index}`)
    }),
  )
  // Until the first is on its way.
  while (order.length === 0) await new Promise((resolve) => setImmediate(resolve))
  const begun = order.length + 1
  await Promise.all([block(db, 'journal'), ...transactions])
  const { rows } = await sql<{ visitor: string }>`select visitor from blocked_visitors order by rowid`.execute(db)
  const saved = rows.map(({ visitor }) => visitor)
  expect(saved.indexOf('journal')).toBeLessThanOrEqual(2 * begun)
  expect(saved.filter((name) => name !== 'journal')).toEqual(
    transactions.flatMap((_, index) => [`t${index}`, `t${index} again`]),
  )
})

test('a transaction is saved whole or not at all, whatever comes beside it', async () => {
  const failing = Array.from({ length: 10 }, (_, index) =>
    db.transaction().execute(async (trx) => {
      await block(trx, `half ${index}`)
      await block(trx, 'taken')
    }),
  )
  const beside = [block(db, 'beside'), block(db, 'taken')]
  await Promise.allSettled([...failing, ...beside])
  const blocked = await readBlocked()
  expect(blocked).toContain('beside')
  // One of the eleven had the name first.
  expect(blocked.filter((name) => name === 'taken')).toHaveLength(1)
  expect(blocked.filter((name) => name.startsWith('half')).length).toBeLessThanOrEqual(1)
})

test('a transaction that could not begin saves nothing of what it goes on to say', async () => {
  await sql`pragma busy_timeout = 20`.execute(db)
  const other = new DatabaseSync(join(dir, 'showwork.db'))
  other.exec('begin immediate')
  const refused = db.transaction().execute(async (trx) => {
    await block(trx, 'first').catch(() => other.exec('rollback'))
    await block(trx, 'second')
  })
  await expect(refused).rejects.toThrow(/locked/)
  other.close()
  expect(await readBlocked()).toEqual([])
  await block(db, 'later')
  expect(await readBlocked()).toEqual(['later'])
})
