import { Worker } from 'node:worker_threads'

type Result = { rows: unknown[]; changes?: number }
type Reply = { id: number; result?: Result; error?: { message: string; code?: string } }

/** The message and, as `code`, the name that SQLite gives it: `SQLITE_FULL` and the like. */
export class DatabaseError extends Error {
  readonly code: string | undefined
  constructor({ message, code }: { message: string; code?: string }) {
    super(message)
    this.name = 'DatabaseError'
    this.code = code
  }
}

export type SqliteWriter = {
  /** A statement of its own: durable when the promise resolves. Those that wait together are committed together. */
  write: (sql: string, parameters: readonly unknown[]) => Promise<Result>
  /** Resolves when it is this transaction's turn; other writes wait until it is over. */
  begin: () => Promise<void>
  perform: (sql: string, parameters: readonly unknown[]) => Promise<Result>
  /** A transaction that cannot be committed is rolled back. */
  end: (how: 'commit' | 'rollback') => Promise<void>
  close: () => Promise<void>
}

/** The thread that writes to the database. */
export function startSqliteWriter(file: string): SqliteWriter {
  const worker = new Worker(new URL('./sqlite-worker.js', import.meta.url), { workerData: { file } })
  worker.unref()
  const waiting = new Map<number, { resolve: (result: Result) => void; reject: (error: Error) => void }>()
  let failure: Error | undefined
  let lastId = 0
  let isHeld = false
  let isClosing = false
  /** What waits for the transaction to be over: statements of their own, and other transactions. */
  const statements: (() => void)[] = []
  const transactions: (() => void)[] = []
  let begun: Promise<unknown> = Promise.resolve()

  worker.on('message', (replies: Reply[]) => {
    for (const { id, result, error } of replies) {
      const asked = waiting.get(id)
      waiting.delete(id)
      if (error) asked?.reject(new DatabaseError(error))
      else asked?.resolve(result ?? { rows: [] })
    }
    if (waiting.size === 0) worker.unref()
  })
  const fail = (error: Error) => {
    failure ??= error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  worker.on('error', fail)
  worker.on('exit', () => {
    fail(new Error('The database is closed.'))
    // Nothing can be saved any more: the process ends, and the next one goes on from what was.
    if (!isClosing) throw new Error('The thread that writes to the database ended.', { cause: failure })
  })

  const send = (sql: string, parameters: readonly unknown[], isSession: boolean) =>
    new Promise<Result>((resolve, reject) => {
      if (failure) return reject(failure)
      lastId += 1
      waiting.set(lastId, { resolve, reject })
      // A process that still waits for the disk must not end.
      worker.ref()
      worker.postMessage({ id: lastId, sql, parameters, isSession })
    })

  /** The worker takes all in the order it is sent: the reply to a commit need not be waited for. */
  function releaseWriter() {
    // The journal is among them, and a transaction takes several turns of a busy event loop.
    for (const write of statements.splice(0)) write()
    const next = transactions.shift()
    if (next) next()
    else isHeld = false
  }

  return {
    write: (sql, parameters) =>
      isHeld
        ? new Promise((resolve) => statements.push(() => resolve(send(sql, parameters, false))))
        : send(sql, parameters, false),
    async begin() {
      if (isHeld) await new Promise<void>((resolve) => transactions.push(resolve))
      isHeld = true
      // A deferred one that reads first and writes later fails when another process wrote in between.
      begun = send('begin immediate', [], true)
      begun.catch(() => {})
    },
    async perform(sql, parameters) {
      const [, result] = await Promise.all([begun, send(sql, parameters, true)])
      return result
    },
    async end(how) {
      const ended = send(how, [], true)
      releaseWriter()
      await ended
    },
    async close() {
      if (isHeld) await new Promise<void>((resolve) => transactions.push(resolve))
      const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
      if (failure) return
      isClosing = true
      worker.ref()
      worker.postMessage('close')
      await gone
    },
  }
}
