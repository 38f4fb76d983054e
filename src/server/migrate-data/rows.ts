import { createHash } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'

export type Row = Record<string, string | number | null>

/**
 * What is copied, by the columns of its key; what refers to runs comes after them, and media after what their trigger
 * does. `false` is what only a running server has.
 */
const keys = {
  runs: ['id'],
  run_media: ['run_id', 'media_id'],
  run_signatures: ['run_id'],
  shares: ['id'],
  media: ['id'],
  conversation_marks: ['conversation'],
  rates: ['scope'],
  salts: ['day'],
  spending: ['scope', 'day'],
  reservations: ['id'],
  added: ['scope', 'day'],
  blocked_visitors: ['visitor'],
  pairings: ['code_hash'],
  commits: false,
  instances: false,
  stops: false,
} satisfies Record<keyof Tables, string[] | false>

export type Table = { name: keyof Tables; key: string[] }

export const tables: Table[] = Object.entries(keys).flatMap(([name, key]) =>
  key ? [{ name: name as keyof Tables, key }] : [],
)
export const passing = Object.entries(keys).flatMap(([name, key]) => (key ? [] : [name as keyof Tables]))

/** Runs have long texts. */
export const pageRows = ({ name }: Table) => (name === 'runs' ? 50 : 500)

/** Postgres has no NUL in a text; an older version may have saved one. */
const clean = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '') : value,
    ]),
  )

export const keyOf = ({ key }: Table, row: Row) => key.map((name) => `${row[name]}`)

/** Byte by byte, as both databases sort. */
export function compareKeys(a: string[], b: string[]): number {
  for (const [index, part] of a.entries()) {
    const order = Buffer.compare(Buffer.from(part), Buffer.from(b[index] ?? ''))
    if (order !== 0) return order
  }
  return 0
}

/** The same text for the same row in either database. */
export const toText = (row: Row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Pages in the order of the key, from `first` on. */
export async function* readPages(db: Kysely<Tables>, table: Table, first?: string[]): AsyncGenerator<Row[]> {
  const columns = sql.join(table.key.map((name) => sql.ref(name)))
  const from = (key: string[], sign: '>' | '>=') => sql`where (${columns}) ${sql.raw(sign)} (${sql.join(key)})`
  let where = first === undefined ? sql`` : from(first, '>=')
  for (;;) {
    const { rows } = await sql<Row>`select * from ${sql.table(table.name)} ${where} order by ${columns}
      limit ${sql.lit(pageRows(table))}`.execute(db)
    if (rows.length > 0) yield rows.map(clean)
    const last = rows.at(-1)
    if (last === undefined || rows.length < pageRows(table)) return
    where = from(keyOf(table, last), '>')
  }
}

async function* readRows(db: Kysely<Tables>, table: Table): AsyncGenerator<Row> {
  for await (const page of readPages(db, table)) yield* page
}

export async function countRows(db: Kysely<Tables>, name: keyof Tables): Promise<number> {
  const { rows } = await sql<{ count: number | string }>`select count(*) as count from ${sql.table(name)}`.execute(db)
  return Number(rows[0]?.count)
}

/** All rows of a table in one number and one hash. */
export async function digestTable(db: Kysely<Tables>, table: Table): Promise<{ rows: number; hash: string }> {
  const hasher = createHash('sha256')
  let rows = 0
  for await (const row of readRows(db, table)) {
    hasher.update(`${toText(row)}\n`)
    rows += 1
  }
  return { rows, hash: hasher.digest('hex') }
}

export type Difference = { missing: number; firstMissing?: string[] }

/** What the target lacks. Throws where it has what the source has not. */
export async function compareTable(source: Kysely<Tables>, target: Kysely<Tables>, table: Table): Promise<Difference> {
  const theirs = readRows(target, table)
  let their = await theirs.next()
  const difference: Difference = { missing: 0 }
  const refuse = () => {
    throw new Error(
      `The target holds other data: its table ${table.name} has a row that is not here, or is another here. ` +
        'Nothing was changed. Name an empty database, or empty this one.',
    )
  }
  for await (const row of readRows(source, table)) {
    const key = keyOf(table, row)
    const order = their.done ? 1 : compareKeys(keyOf(table, their.value), key)
    if (order < 0) refuse()
    if (order === 0) {
      if (!their.done && toText(their.value) !== toText(row)) refuse()
      their = await theirs.next()
    } else {
      difference.missing += 1
      difference.firstMissing ??= key
    }
  }
  if (!their.done) refuse()
  return difference
}
