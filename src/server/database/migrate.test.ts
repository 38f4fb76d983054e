import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { eachDatabase } from '../testing/each-database.ts'
import { migratePostgres } from './migrate-postgres.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations.ts'
import { openPostgres } from './open-postgres.ts'
import { isWalSafe, openSqlite } from './open-sqlite.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'showwork-migrate-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const steps = [
  'create table a (x text); insert into a values (1);',
  'alter table a add column y text; create table b (z text); insert into b select x from a;',
]
const schemaOf = (database: InstanceType<typeof DatabaseSync>) =>
  database.prepare('select name, sql from sqlite_master order by name').all()

test.each([
  ['3.51.3', true],
  ['3.51.2', false],
  ['3.50.7', true],
  ['3.50.6', false],
  ['3.44.6', true],
  ['3.44.5', false],
  ['3.49.9', false],
  ['3.53.0', true],
  ['4.0.0', true],
])('SQLite %s may be used: %s', (version, isSafe) => expect(isWalSafe(version)).toBe(isSafe))

test('commits are durable and come in WAL mode', async () => {
  const db = await openSqlite(dir)
  await db.insertInto('rates').values({ scope: 's', earned_at: 1 }).execute()
  await db.destroy()
  const database = new DatabaseSync(join(dir, 'showwork.db'))
  expect(database.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' })
  expect(database.prepare('select scope from rates').all()).toEqual([{ scope: 's' }])
  database.close()
})

test('a step that fails leaves the schema before all steps', () => {
  const database = new DatabaseSync(join(dir, 'a.db'))
  migrate(database, steps.slice(0, 1))
  const before = schemaOf(database)
  expect(() => migrate(database, [...steps, 'create table c (x text); insert into nowhere values (1);'])).toThrow()
  expect(schemaOf(database)).toEqual(before)
  migrate(database, steps)
  expect(database.prepare('select z from b').all()).toEqual([{ z: '1' }])
  expect(() => migrate(database, steps.slice(0, 1))).toThrow(/newer version/)
  database.close()
})

test('a crash at any statement leaves the old schema or the new one', () => {
  const statements = steps.flatMap((step) => step.split(';').filter((sql) => sql.trim() !== ''))
  for (let done = 0; done <= statements.length; done += 1) {
    const file = join(dir, `${done}.db`)
    const database = new DatabaseSync(file)
    database.exec('pragma journal_mode = wal; create table old (x text); begin immediate')
    for (const sql of statements.slice(0, done)) database.exec(sql)
    // What a process that dies here leaves on the disk.
    for (const end of ['', '-wal']) if (existsSync(file + end)) copyFileSync(file + end, `${file}.crashed${end}`)
    database.close()
    const after = new DatabaseSync(`${file}.crashed`)
    expect(schemaOf(after)).toHaveLength(1)
    migrate(after, steps)
    expect(schemaOf(after)).toHaveLength(3)
    after.close()
  }
})

eachDatabase((create, engine) => {
  test('instances that start together find one schema, and an older version refuses a newer one', async () => {
    const database = await create()
    const all = await Promise.all(Array.from({ length: 4 }, () => database.open()))
    for (const { db } of all) expect(await db.selectFrom('stops').selectAll().execute()).toEqual([])
    await database.drop()
  })

  if (engine === 'SQLite') return
  describe('a schema in Postgres', () => {
    test('stays as it was where a step fails, and is refused by an older version', async () => {
      const database = await create()
      await database.open()
      const client = new pg.Client({ connectionString: database.env['DATABASE_URL'] })
      await client.connect()
      const more = [...migrations.map(() => ''), 'create table a (x text); insert into a values (1)']
      await expect(migratePostgres(client, [...more, 'insert into nowhere values (1)'])).rejects.toThrow(/nowhere/)
      await expect(client.query('select * from a')).rejects.toThrow(/does not exist/)
      await migratePostgres(client, more)
      expect((await client.query('select x from a')).rows).toEqual([{ x: '1' }])
      await expect(database.open()).rejects.toThrow(/newer version/)
      await client.end()
      await database.drop()
    })

    test('that cannot be reached is said in a sentence without the password', async () => {
      const url = 'postgres://someone:hunter2@127.0.0.1:9/work'
      const failure = await openPostgres(url).catch(String)
      expect(failure).toMatch(/The database at 127\.0\.0\.1:9\/work cannot be used \(.*ECONNREFUSED/)
      expect(failure).not.toContain('hunter2')
      const missing = Object.assign(new URL(inject('postgresUrl')), { pathname: 'nowhere' }).href
      await expect(openPostgres(missing)).rejects.toThrow(/nowhere.* does not exist/)
    })
  })
})
