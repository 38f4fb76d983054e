import { randomBytes } from 'node:crypto'
import { isEnded, reduceRun, type Run } from '../../shared/run/run.ts'
import { toTimeline } from '../../shared/run/timeline.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { Source } from '../../shared/run/source.ts'
import { isUnavailable } from '../database/database-unavailable.ts'
import { noPubSub } from '../database/pub-sub.ts'
import { interrupted } from './interrupted-error.ts'
import { createJournal } from './journal/journal.ts'
import { createOwnership, type OwnershipOptions } from './instances/ownership.ts'
import { startLiveRun, type LiveRun } from './live-run.ts'
import type { EndedRun } from './outcome.ts'
import { storageFull } from '../database/disk-full.ts'
import type { PathStep } from './run-paths.ts'
import type { Alongside, NewRun, RunStore } from './run-store.ts'
import { createRemoteFeeds, type Followed } from './instances/remote-feeds.ts'

/** What a stop or a shutdown waits for a database that fails. */
const saveMs = 5_000

const notFound = () => new ProblemError(404, 'not-found', 'There is no such run, or it belongs to somebody else.')
export const databaseAway = () =>
  new ProblemError(503, 'database-away', 'The server cannot reach its database right now. Try again in a few seconds.')

export type Runs = ReturnType<typeof createRuns>

/** Runs belong to the server: they go on whoever watches, until they end, are stopped, or the server dies. */
export function createRuns(store: RunStore, onFailure: (error: unknown) => void, options: OwnershipOptions = {}) {
  const { signals = noPubSub } = options
  const live = new Map<string, LiveRun>()
  const ownership = createOwnership(store, live, onFailure, { signals, ...options })
  const journal = createJournal(ownership.append, onFailure)
  const followRemote = createRemoteFeeds(store, signals)
  const cannotSave = () => (isUnavailable(journal.failure()) ? databaseAway() : storageFull())
  let isShuttingDown = false
  signals.listen('stop', () => void ownership.applyStopRequests().catch(onFailure))

  /** Saves a new run, of which something may be there even where that failed. */
  async function orDoubt<T>(id: string, save: () => Promise<T>): Promise<T> {
    try {
      return await save()
    } catch (error) {
      // What refuses it leaves nothing behind.
      if (!(error instanceof ProblemError)) ownership.doubt(id)
      throw error
    }
  }

  /** Resolves when the run's end is saved; a database that fails is not waited for. */
  async function end(run: LiveRun, how: Parameters<LiveRun['end']>[0]): Promise<void> {
    const isSaved = await Promise.race([
      run.end(how).then(() => true),
      new Promise<false>((resolve) => setTimeout(() => resolve(false), saveMs).unref()),
    ])
    if (!isSaved) throw cannotSave()
  }

  /** Of deleted runs. Those that live here end now, those elsewhere as soon as their instance hears of it. */
  const stopAll = async (ids: string[]) => {
    const going = ids.flatMap((id) => live.get(id) ?? [])
    if (going.length < ids.length) signals.send('stop', '')
    await Promise.all(going.map((run) => end(run, { finish: 'stopped' })))
  }

  /** Resolves when nothing more comes, or when it has been waited for long enough. */
  async function waitForEnd(id: string) {
    const followed = await followRemote(id)
    if (!followed) return
    const { feed, release } = followed
    if (!feed.isComplete()) {
      let off = () => {}
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, saveMs)
        off = feed.onChange(() => {
          if (!feed.isComplete()) return
          clearTimeout(timer)
          resolve()
        })
      })
      off()
    }
    release()
  }

  return {
    /** Before the first request: ends what an earlier server left behind. */
    open: ownership.start,

    /** `alongside` is saved together with a run that is new; what it throws refuses the run. */
    async create(
      input: Omit<NewRun, 'id' | 'createdAt'>,
      source: Source,
      alongside?: Alongside,
    ): Promise<{ run: Run; isNew: boolean }> {
      if (isShuttingDown) {
        throw new ProblemError(503, 'shutting-down', 'The server is restarting. Ask again in a few seconds.')
      }
      if (journal.isFailing()) throw cannotSave()
      const id = randomBytes(16).toString('base64url')
      const owner = await ownership.owner()
      const created = { ...input, id, createdAt: Date.now() }
      const { run, bodyHash, isNew } = await orDoubt(id, () =>
        store.insert(created, owner, ownership.lastCommit(), alongside),
      )
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

    /** A run that ended elsewhere becomes one of this visitor's own, with its events and their times. */
    async importRun(input: Omit<NewRun, 'id'>, { outcome, timeline }: EndedRun): Promise<Run> {
      const id = randomBytes(16).toString('base64url')
      const owner = await ownership.owner()
      return await orDoubt(id, async () => {
        const { run: blank } = await store.insert({ ...input, id }, owner)
        const run = { ...blank, ...outcome }
        await store.append([{ runId: id, events: [], ended: { run, timeline } }], owner)
        return run
      })
    },

    /** The run and all that led to it, oldest first, with what each of them weighs. Throws where there is no such run. */
    async readPath(id: string, visitor: string): Promise<PathStep[]> {
      const path = await store.readPath(id, visitor)
      if (path.length === 0) throw notFound()
      return path
    },

    /** The run with its events so far as `toTimeline` writes them. */
    async readWithTimeline(id: string, visitor: string): Promise<{ run: Run; timeline: string }> {
      const run = await this.read(id, visitor)
      const timeline = isEnded(run) ? await store.readTimeline(id) : undefined
      return { run, timeline: timeline ?? toTimeline((await store.readAfter(id, 0))?.events ?? []) }
    },

    async read(id: string, visitor: string): Promise<Run> {
      const run = await store.read(id, visitor)
      if (!run) throw notFound()
      const liveRun = live.get(id)
      if (liveRun || isEnded(run)) return liveRun?.run() ?? run
      // On another instance: what it has committed since the last checkpoint too.
      const saved = await store.readAfter(id, run.lastSeq)
      return (saved?.events ?? []).reduce(reduceRun, run)
    },

    /** Throws where the run is not this visitor's. */
    async checkOwner(id: string, visitor: string): Promise<void> {
      if (!(await store.belongsTo(id, visitor))) throw notFound()
    },

    /**
     * The run's saved events as they come, whoever asks: who may see them is for the caller to know. One reading of the
     * database serves all who follow at the same time. Call `release` when done.
     */
    async follow(id: string): Promise<Followed> {
      const liveRun = live.get(id)
      if (liveRun) return { feed: liveRun.feed, release: () => {} }
      const followed = await followRemote(id)
      if (!followed) throw notFound()
      return followed
    },

    async stop(id: string, visitor: string): Promise<Run> {
      const run = await this.read(id, visitor)
      if (isEnded(run)) return run
      const liveRun = live.get(id)
      if (liveRun) await end(liveRun, { finish: 'stopped' })
      else {
        await store.requestStop(id)
        signals.send('stop', '')
        await waitForEnd(id)
      }
      return await this.read(id, visitor)
    },

    async delete(id: string, visitor: string, isWhole = false): Promise<void> {
      const ids = await store.markDeleted(id, visitor, Date.now(), isWhole)
      if (ids.length === 0) throw notFound()
      await stopAll(ids)
    },

    /** Everything the visitor has; any of the ids brings all of it back. */
    async deleteAll(visitor: string): Promise<string[]> {
      const ids = await store.markAllDeleted(visitor, Date.now())
      await stopAll(ids)
      return ids
    },

    async restore(id: string, visitor: string): Promise<Run> {
      if (!(await store.restore(id, visitor, Date.now()))) {
        throw new ProblemError(404, 'not-found', 'This run cannot be restored: the ten seconds are over.')
      }
      return await this.read(id, visitor)
    },

    isReady: () => !isShuttingDown && !journal.isFailing() && ownership.isHealthy(),

    /** Live runs may go on for the grace time; the rest end as interrupted, with their text. */
    async shutDown(graceMs: number): Promise<void> {
      isShuttingDown = true
      const timeout = new Promise((resolve) => setTimeout(resolve, graceMs).unref())
      await Promise.race([Promise.all([...live.values()].map((run) => run.ended)), timeout])
      // What cannot be saved becomes interrupted at the next start.
      await Promise.allSettled([...live.values()].map((run) => end(run, { error: interrupted })))
      if (journal.isFailing()) return
      await journal.drain()
      await ownership.stop()
    },
  }
}
