import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { describe, inject } from 'vitest'
import { openDatabase, type Database } from '../database/open-database.ts'

/** A database of a test's own: `open` it as often as there are instances. */
export type TestDatabase = {
  engine: 'SQLite' | 'Postgres'
  open: () => Promise<Database>
  /** The settings under which a server opens it. */
  env: Record<string, string>
  drop: () => Promise<void>
}

async function onPostgres(sql: string) {
  const client = new pg.Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  await client.query(sql)
  await client.end()
}

async function createTestDatabase(engine: TestDatabase['engine']): Promise<TestDatabase> {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-'))
  const env: Record<string, string> = { DATA_DIR: dir }
  const name = `test_${randomBytes(6).toString('hex')}`
  if (engine === 'Postgres') {
    await onPostgres(`create database ${name}`)
    env['DATABASE_URL'] = Object.assign(new URL(inject('postgresUrl')), { pathname: name }).href
  }
  const opened: Database[] = []
  return {
    engine,
    env,
    async open() {
      const database = await openDatabase({
        DATA_DIR: dir,
        DATABASE_URL: env['DATABASE_URL'],
        DATABASE_CONNECTIONS: 10,
      })
      opened.push(database)
      return database
    },
    async drop() {
      for (const { close } of opened) await close()
      if (engine === 'Postgres') await onPostgres(`drop database ${name} with (force)`)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** The same tests over SQLite and over Postgres; where that cannot be had they are skipped, unless services are required. */
export function eachDatabase(define: (create: () => Promise<TestDatabase>, engine: TestDatabase['engine']) => void) {
  describe('on SQLite', () => define(() => createTestDatabase('SQLite'), 'SQLite'))
  const isMissing = inject('postgresUrl') === '' && !process.env['REQUIRE_SERVICES']
  describe.skipIf(isMissing)('on Postgres', () => define(() => createTestDatabase('Postgres'), 'Postgres'))
}
