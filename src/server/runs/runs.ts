import { randomBytes } from 'node:crypto'
import { isEnded, reduceRun, type Run, type RunError, type RunEvent } from '../../shared/run.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { Journal } from './journal.ts'
import { startLiveRun, type LiveRun, type Source } from './live-run.ts'
import type { NewRun, RunStore } from './run-store.ts'

const leaseMs = 4_000
const renewMs = 1_500

const interrupted: RunError = {
  code: 'interrupted',
  message: 'The server stopped while this run was going on. What came so far is kept; ask again to go on.',
  retryable: true,
}

export type Runs = ReturnType<typeof createRuns>

/** Runs belong to the server: they go on whoever watches, until they end, are stopped, or the server dies. */
export function createRuns(store: RunStore, journal: Journal) {
  const instance = randomBytes(8).toString('hex')
  const live = new Map<string, LiveRun>()
  let isShuttingDown = false
  let isTending = false

  async function endOrphans() {
    for (const { run, events } of await store.readOrphans(instance, Date.now())) {
      const last = events.at(-1)
      const end: RunEvent = { seq: run.lastSeq + 1, at: (last?.at ?? 0) + 1, type: 'error', ...interrupted }
      await store.append([
        { runId: run.id, events: [end], ended: { run: reduceRun(run, end), events: [...events, end] } },
      ])
    }
  }

  /** Keeps the lease, ends runs whose server died, deletes for good. A busy database is tried again next time. */
  async function tend() {
    if (isTending) return
    isTending = true
    try {
      await store.renewLease(instance, Date.now() + leaseMs)
      await endOrphans()
      await store.purge(Date.now())
    } finally {
      isTending = false
    }
  }

  return {
    /** Before the first request: takes the lease and ends what an earlier server left behind. */
    async open(onFailure: (error: unknown) => void): Promise<void> {
      await tend()
      setInterval(() => void tend().catch(onFailure), renewMs).unref()
    },

    async create(input: Omit<NewRun, 'id' | 'createdAt'>, source: Source): Promise<{ run: Run; isNew: boolean }> {
      if (isShuttingDown) {
        throw new ProblemError(503, 'shutting-down', 'The server is restarting. Ask again in a few seconds.')
      }
      if (journal.isFailing()) {
        throw new ProblemError(
          507,
          'storage-full',
          'The server cannot save anything right now. Free some disk space, then ask again.',
        )
      }
      const id = randomBytes(16).toString('base64url')
      const { run, bodyHash, isNew } = await store.insert({ ...input, id, createdAt: Date.now() }, instance)
      if (bodyHash !== input.bodyHash) {
        throw new ProblemError(409, 'key-reused', 'This key was used for another question. Send a new key.')
      }
      if (isNew) {
        const liveRun = startLiveRun(run, source, journal)
        live.set(run.id, liveRun)
        void liveRun.ended.then(() => live.delete(run.id))
      }
      return { run: live.get(run.id)?.run() ?? run, isNew }
    },

    async read(id: string, visitor: string): Promise<Run> {
      const run = await store.read(id, visitor)
      if (!run) throw new ProblemError(404, 'not-found', 'There is no such run, or it belongs to somebody else.')
      return live.get(id)?.run() ?? run
    },

    async list(visitor: string, options: { query?: string; cursor?: string; limit: number }) {
      const page = await store.list(visitor, options)
      return { ...page, items: page.items.map((run) => live.get(run.id)?.run() ?? run) }
    },

    /**
     * Exactly the saved events after `after`, then the rest as they are saved. `listener` gets the run's last event
     * in its last call. Returns how to unfollow; `isLive` false: nothing more comes from this server. `undefined`: the
     * run ended and `after` was its end.
     */
    async follow(id: string, after: number, listener: (events: RunEvent[], isLast: boolean) => void) {
      const hand = (events: RunEvent[]) => {
        const last = events.at(-1)
        listener(events, last?.type === 'finish' || last?.type === 'error')
      }
      const liveRun = live.get(id)
      if (liveRun) return { unfollow: liveRun.follow(after, hand), isLive: true }
      const events = await store.readEvents(id)
      const last = events.at(-1)
      if (last && (last.type === 'finish' || last.type === 'error') && after >= last.seq) return undefined
      hand(events.slice(after))
      return { unfollow: () => {}, isLive: false }
    },

    async stop(id: string, visitor: string): Promise<Run> {
      const run = await this.read(id, visitor)
      if (isEnded(run)) return run
      await live.get(id)?.end({ finish: 'stopped' })
      return await this.read(id, visitor)
    },

    async delete(id: string, visitor: string): Promise<void> {
      const ids = await store.markDeleted(id, visitor, Date.now())
      if (ids.length === 0)
        throw new ProblemError(404, 'not-found', 'There is no such run, or it belongs to somebody else.')
      await Promise.all(ids.map((deleted) => live.get(deleted)?.end({ finish: 'stopped' })))
    },

    async restore(id: string, visitor: string): Promise<Run> {
      if (!(await store.restore(id, visitor, Date.now()))) {
        throw new ProblemError(404, 'not-found', 'This run cannot be restored: the ten seconds are over.')
      }
      return await this.read(id, visitor)
    },

    isReady: () => !isShuttingDown && !journal.isFailing(),

    /** Live runs may go on for the grace time; the rest end as interrupted, with their text. */
    async shutDown(graceMs: number): Promise<void> {
      isShuttingDown = true
      const timeout = new Promise((resolve) => setTimeout(resolve, graceMs).unref())
      await Promise.race([Promise.all([...live.values()].map((run) => run.ended)), timeout])
      await Promise.all([...live.values()].map((run) => run.end({ error: interrupted })))
      await journal.drain()
      await store.endLease(instance)
    },
  }
}
