import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import type { Client, Pool, PoolConfig } from 'pg'
import { DatabaseAwayError, toDatabaseError } from './database-unavailable.ts'
import { isUntrusted } from '../network/is-untrusted.ts'
import { migratePostgres } from './migrate-postgres.ts'
import type { Database } from './open-database.ts'
import { createPostgresSignals } from './postgres-pub-sub.ts'
import type { Tables } from './tables.ts'

/** Live runs are saved over these, so that no long reading holds them up. */
const savingConnections = 2

const basics = { connectionTimeoutMillis: 5_000, application_name: 'showwork' } satisfies PoolConfig
/** Settings of a session, with which it begins. */
const serverLimits = { statement_timeout: 20_000, idle_in_transaction_session_timeout: 15_000 } satisfies PoolConfig
const limits = {
  ...basics,
  // Longer than the server's own: only where nothing is heard of it any more.
  query_timeout: 25_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
} satisfies PoolConfig

/** Postgres refuses a NUL; in an address, say, nothing else keeps it away. */
const clean = (parameter: unknown) =>
  typeof parameter === 'string' && parameter.includes('\0') ? parameter.replaceAll('\0', '') : parameter

/** The pool as Kysely knows it, with errors that say whether to come again. Broken connections do not go back. */
function guard(pool: Pool): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect().catch((error: unknown) => {
        throw new DatabaseAwayError(error)
      })
      let isBroken = false
      return {
        query: (async (text: unknown, parameters: readonly unknown[] = []) => {
          try {
            return await client.query(String(text), parameters.map(clean))
          } catch (cause) {
            const error = toDatabaseError(cause)
            isBroken ||= error instanceof DatabaseAwayError && error.isBroken
            throw error
          }
        }) as unknown as PostgresPoolClient['query'],
        release: (isDiscarded?: boolean) => client.release(isBroken || isDiscarded === true),
      }
    },
    end: () => pool.end(),
  }
}

const toPlace = (url: string) => {
  const { host, pathname } = new URL(url)
  return `${host || 'this machine'}${pathname}`
}

/** Said in so many words what the driver takes these for today: who wants an unchecked connection says no-verify. */
function withFullVerification(url: string): string {
  const address = new URL(url)
  const mode = address.searchParams.get('sslmode') ?? ''
  if (['prefer', 'require', 'verify-ca'].includes(mode) && !address.searchParams.has('uselibpqcompat')) {
    address.searchParams.set('sslmode', 'verify-full')
  }
  return address.href
}

function toNextStep(error: unknown): string {
  if (!isUntrusted(error)) return 'Check DATABASE_URL and that it is up.'
  return 'Its certificate has to be valid and for that host; name one of your own in DATABASE_URL by sslrootcert=/path/ca.crt.'
}

/** Brings the schema up to date. Throws a sentence where the database cannot be had. */
export async function openPostgres(url: string, maxConnections = 10): Promise<Database> {
  const { default: pg } = await import('pg')
  // bigint: times, counts and ids are far below 2^53.
  pg.types.setTypeParser(20, Number)
  const connectionString = withFullVerification(url)
  const createClient = (config: PoolConfig) => {
    const client = new pg.Client({ ...config, connectionString })
    client.on('error', () => {})
    return client
  }
  /** A pooler such as PgBouncer refuses sessions that begin with settings of their own; its user's are in force then. */
  async function readServerLimits() {
    const client = createClient({ ...limits, ...serverLimits })
    try {
      await client.connect()
      return serverLimits
    } catch (error) {
      if (error instanceof Error && error.message.includes('unsupported startup parameter')) return {}
      throw error
    } finally {
      await client.end().catch(() => {})
    }
  }
  let ownLimits: PoolConfig = limits
  const createPool = (max: number) => {
    const pool = new pg.Pool({ ...ownLimits, connectionString, max })
    // An idle connection that breaks, and one that breaks in hand between two queries, are no reason to end.
    pool.on('error', () => {})
    pool.on('connect', (client) => void client.on('error', () => {}))
    return pool
  }
  let client: Client | undefined
  try {
    // A migration may take its time.
    client = createClient(basics)
    await client.connect()
    await migratePostgres(client)
    const { rows } = await client.query<{ synchronous_commit: string }>('show synchronous_commit')
    if (rows[0]?.synchronous_commit === 'off') {
      throw new Error('synchronous_commit is off: what was shown could be lost. Set it to on for this database')
    }
    ownLimits = { ...limits, ...(await readServerLimits()) }
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string }
    if (message?.includes('newer version')) throw error
    throw new Error(`The database at ${toPlace(url)} cannot be used (${message || code}). ${toNextStep(error)}`, {
      cause: error,
    })
  } finally {
    await client?.end().catch(() => {})
  }
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: guard(createPool(maxConnections)) }) })
  const saving = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: guard(createPool(savingConnections)) }) })
  const signals = createPostgresSignals(() => createClient({ ...ownLimits, query_timeout: 5_000 }), db)
  return {
    db,
    saving,
    signals,
    async close() {
      signals.close()
      await Promise.all([db.destroy(), saving.destroy()])
    },
  }
}
