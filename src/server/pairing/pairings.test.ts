import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSqlite } from '../database/open-sqlite.ts'
import { createPairings } from './pairings.ts'

const dir = mkdtempSync(join(tmpdir(), 'showwork-pairings-'))
let db: Awaited<ReturnType<typeof openSqlite>>
beforeAll(async () => {
  db = await openSqlite(dir)
})
afterAll(async () => {
  await db.destroy()
  rmSync(dir, { recursive: true, force: true })
})

test('a code works once, of two at once for the first alone', async () => {
  const pairings = createPairings(db)
  const { code } = await pairings.create('me')
  expect(await pairings.read(code, 'me')).toEqual({ mediaId: null })
  expect(await pairings.readVisitor(code)).toBe('me')
  const both = await Promise.allSettled([pairings.complete(code, 'a'), pairings.complete(code, 'b')])
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  await expect(pairings.readVisitor(code)).rejects.toMatchObject({ code: 'pairing-gone' })
  expect((await pairings.read(code, 'me')).mediaId).toBe('a')
})

test('it lives five minutes, leads nobody else to what came, and is not kept in clear', async () => {
  let time = Date.now()
  const pairings = createPairings(db, () => time)
  const { code } = await pairings.create('me')
  await expect(pairings.read(code, 'you')).rejects.toMatchObject({ code: 'pairing-gone' })
  const rows = await db.selectFrom('pairings').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain(code)
  time += 5 * 60_000
  await expect(pairings.readVisitor(code)).rejects.toMatchObject({ code: 'pairing-gone' })
  await expect(pairings.complete(code, 'a')).rejects.toMatchObject({ code: 'pairing-gone' })
  await expect(pairings.read(code, 'me')).rejects.toMatchObject({ code: 'pairing-gone' })
})
