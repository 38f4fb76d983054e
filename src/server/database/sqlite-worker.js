// The one writer of the database, on its own thread: waiting for the disk holds up nobody else. Plain JavaScript,
// because it is started from its file, in development too.
import { DatabaseSync } from '@photostructure/sqlite'
import { parentPort, workerData } from 'node:worker_threads'

/**
 * @typedef {{ id: number, sql: string, parameters: unknown[], isSession: boolean }} Job `isSession`: part of a
 * transaction that the other side began; else a statement of its own.
 */

const database = new DatabaseSync(workerData.file)
database.exec('pragma busy_timeout = 5000; pragma synchronous = full; pragma foreign_keys = on')

const maxStatements = 200
/** @type {Map<string, { statement: any, isReader: boolean }>} */
const statements = new Map()

/** @param {string} sql */
function prepare(sql) {
  const known = statements.get(sql)
  if (known) return known
  if (statements.size >= maxStatements) statements.clear()
  const statement = database.prepare(sql)
  const prepared = { statement, isReader: statement.columns().length > 0 }
  statements.set(sql, prepared)
  return prepared
}

/** @param {Job} job */
function perform({ sql, parameters }) {
  const { statement, isReader } = prepare(sql)
  if (isReader) return { rows: statement.all(...parameters) }
  return { rows: [], changes: Number(statement.run(...parameters).changes) }
}

/** @param {any} error */
const toPlain = (error) => ({ message: String(error?.message ?? error), code: error?.sqliteCodeName ?? error?.code })

/** @type {Job[]} */
let line = []

/** What waits together is committed together; one that fails undoes only itself. */
function commitTogether(/** @type {Job[]} */ jobs) {
  /** @type {{ id: number, result?: unknown, error?: unknown }[]} */
  let replies = []
  try {
    database.exec('begin immediate')
    for (const job of jobs) {
      try {
        if (jobs.length > 1) database.exec('savepoint job')
        replies.push({ id: job.id, result: perform(job) })
        if (jobs.length > 1) database.exec('release job')
      } catch (error) {
        // A full disk undoes the whole transaction by itself.
        if (!database.isTransaction || jobs.length === 1) throw error
        database.exec('rollback to job; release job')
        replies.push({ id: job.id, error: toPlain(error) })
      }
    }
    database.exec('commit')
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    replies = jobs.map(({ id }) => ({ id, error: toPlain(error) }))
  }
  parentPort?.postMessage(replies)
}

function work() {
  const jobs = line
  line = []
  let together = []
  for (const job of jobs) {
    // A pragma has no effect inside a transaction.
    if (!job.isSession && !/^\s*pragma/i.test(job.sql)) {
      together.push(job)
      continue
    }
    if (together.length > 0) commitTogether(together)
    together = []
    try {
      // What could not begin, or was undone by a full disk, must not be saved in part.
      if (job.isSession && !job.sql.startsWith('begin') && !database.isTransaction) throw new Error('No transaction.')
      parentPort?.postMessage([{ id: job.id, result: perform(job) }])
    } catch (error) {
      if (job.sql === 'commit' && database.isTransaction) database.exec('rollback')
      parentPort?.postMessage([{ id: job.id, error: toPlain(error) }])
    }
  }
  if (together.length > 0) commitTogether(together)
}

parentPort?.on('message', (/** @type {Job | 'close'} */ message) => {
  if (message === 'close') {
    work()
    database.close()
    parentPort?.close()
    return
  }
  line.push(message)
  if (line.length === 1) setImmediate(work)
})
