import type { DatabaseSync } from '@photostructure/sqlite'
import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
} from 'kysely'
import { startSqliteWriter, type SqliteWriter } from './sqlite-writer.ts'

type Reader = InstanceType<typeof DatabaseSync>

const maxStatements = 200

const isRead = ({ query, sql }: CompiledQuery) =>
  query.kind === 'SelectQueryNode' || (query.kind === 'RawNode' && /^\s*select\b/i.test(sql))

function createConnection(read: (query: CompiledQuery) => unknown[], writer: SqliteWriter) {
  let isInTransaction = false
  const connection: DatabaseConnection = {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      if (!isInTransaction && isRead(query)) return { rows: read(query) as Row[] }
      const perform = isInTransaction ? writer.perform : writer.write
      const { rows, changes } = await perform(query.sql, query.parameters)
      return { rows: rows as Row[], ...(changes !== undefined && { numAffectedRows: BigInt(changes) }) }
    },
    // oxlint-disable-next-line require-yield
    async *streamQuery() {
      throw new Error('Queries are not streamed: ask for a page.')
    },
  }
  return {
    connection,
    async begin() {
      await writer.begin()
      isInTransaction = true
    },
    async end(how: 'commit' | 'rollback') {
      isInTransaction = false
      await writer.end(how)
    },
  }
}

/**
 * SQLite with reads on this thread, from the last commit, and everything else on the writer's. Each query outside a
 * transaction is a commit of its own, and those that wait together are saved together.
 */
export function createSqliteDialect(file: string, reader: Reader): Dialect {
  const statements = new Map<string, ReturnType<Reader['prepare']>>()
  const read = ({ sql, parameters }: CompiledQuery) => {
    let statement = statements.get(sql)
    if (!statement) {
      if (statements.size >= maxStatements) statements.clear()
      statements.set(sql, (statement = reader.prepare(sql)))
    }
    return statement.all(...(parameters as string[]))
  }
  return {
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createDriver() {
      let writer: SqliteWriter | undefined
      // Not sooner: a database that nobody used is not destroyed either.
      const startedWriter = () => (writer ??= startSqliteWriter(file))
      const sessions = new WeakMap<DatabaseConnection, ReturnType<typeof createConnection>>()
      return {
        async init() {},
        async acquireConnection() {
          const session = createConnection(read, startedWriter())
          sessions.set(session.connection, session)
          return session.connection
        },
        beginTransaction: async (connection) => await sessions.get(connection)?.begin(),
        commitTransaction: async (connection) => await sessions.get(connection)?.end('commit'),
        rollbackTransaction: async (connection) =>
          await sessions
            .get(connection)
            ?.end('rollback')
            .catch(() => {}),
        async releaseConnection() {},
        async destroy() {
          await writer?.close()
          statements.clear()
          reader.close()
        },
      }
    },
  }
}
