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
  /** Begins a transaction; other writes wait until it is over. */
  begin: () => Promise<void>
  perform: (sql: string, parameters: readonly unknown[]) => Promise<Result>
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
  let held: Promise<void> = Promise.resolve()
  let release = () => {}
  let isHeld = false

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
    failure = error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('The database is closed.')))

  const send = (sql: string, parameters: readonly unknown[], isSession: boolean) =>
    new Promise<Result>((resolve, reject) => {
      if (failure) return reject(failure)
      lastId += 1
      waiting.set(lastId, { resolve, reject })
      // A process that still waits for the disk must not end.
      worker.ref()
      worker.postMessage({ id: lastId, sql, parameters, isSession })
    })

  async function hold() {
    while (isHeld) await held
    isHeld = true
    held = new Promise((resolve) => {
      release = resolve
    })
  }
  function letGo() {
    isHeld = false
    release()
  }

  return {
    async write(sql, parameters) {
      while (isHeld) await held
      return await send(sql, parameters, false)
    },
    async begin() {
      await hold()
      try {
        // A deferred one that reads first and writes later fails when another process wrote in between.
        await send('begin immediate', [], true)
      } catch (error) {
        letGo()
        throw error
      }
    },
    perform: (sql, parameters) => send(sql, parameters, true),
    async end(how) {
      try {
        await send(how, [], true)
      } catch (error) {
        // What made it fail may have undone it already.
        if (how === 'commit') await send('rollback', [], true).catch(() => {})
        throw error
      } finally {
        letGo()
      }
    },
    async close() {
      while (isHeld) await held
      const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
      if (failure) return
      worker.ref()
      worker.postMessage('close')
      await gone
    },
  }
}
