import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { composeServer } from './compose.ts'
import { openDatabase } from './database/open-database.ts'
import { parseSettings } from './settings.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'showwork-folder-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const start = (dataDir: string) => composeServer(parseSettings({ DATA_DIR: dataDir }), () => {})
const file = () => join(dir, 'showwork.db')

/** A database with something in it, as a server leaves it. */
async function makeDatabase(): Promise<Buffer> {
  const { close } = await openDatabase({ DATA_DIR: dir, DATABASE_URL: undefined, DATABASE_CONNECTIONS: 1 })
  await close()
  // Otherwise all of it is in the log beside the file still.
  const raw = new DatabaseSync(file())
  raw.exec('pragma wal_checkpoint(truncate)')
  raw.close()
  return readFileSync(file())
}

async function expectRefused(path: string, ...said: (string | RegExp)[]) {
  const message = await start(dir).then(
    () => 'started',
    (error: Error) => error.message,
  )
  for (const each of [path, 'DATA_DIR', ...said]) expect(message).toMatch(each)
}

test('a path that is a file is named with the setting and what to do', async () => {
  const path = join(dir, 'a-file')
  writeFileSync(path, 'mine')
  for (const each of [path, join(path, 'below')])
    await expect(start(each)).rejects.toThrow(
      new RegExp(`${each}.*DATA_DIR.*(EEXIST|ENOTDIR).*set DATA_DIR to another`),
    )
  expect(readFileSync(path, 'utf8')).toBe('mine')
})

test.each<[string, (whole: Buffer) => Buffer | string]>([
  ['no database at all', () => 'This is a text and no database. '.repeat(200)],
  ['an encrypted or other format', (whole) => Buffer.concat([Buffer.alloc(64, 7), whole.subarray(64)])],
  ['cut in half', (whole) => whole.subarray(0, whole.length / 2)],
  [
    'overwritten behind its head',
    (whole) => Buffer.concat([whole.subarray(0, 4096), Buffer.alloc(whole.length - 4096, 5)]),
  ],
])('a damaged database (%s) is named, left as it is, and what to do is said', async (_name, damage) => {
  const damaged = Buffer.from(damage(await makeDatabase()))
  writeFileSync(file(), damaged)
  await expectRefused(file(), /damaged/, /npm run restore/)
  expect(readFileSync(file()).equals(damaged)).toBe(true)
})

test('a folder in the place of the database is named', async () => {
  mkdirSync(file())
  await expectRefused(file(), /set DATA_DIR to another/)
  expect(readdirSync(file())).toEqual([])
})

test('a folder of pictures that cannot be one is named', async () => {
  writeFileSync(join(dir, 'media'), '')
  await expectRefused(join(dir, 'media'), /set DATA_DIR to another/)
})
