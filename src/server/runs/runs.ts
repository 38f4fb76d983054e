import { randomBytes } from 'node:crypto'
import { isEnded, reduceRun, type Run, type RunError, type RunEvent } from '../../shared/run.ts'
import { ProblemError } from '../../shared/problem.ts'
import { toTimeline } from '../../shared/timeline.ts'
import { createJournal } from './journal.ts'
import { createInstances } from './instances.ts'
import { startLiveRun, type LiveRun, type Source } from './live-run.ts'
import type { NewRun, RunStore } from './run-store.ts'
import { createStoredFeeds, type Followed } from './stored-feeds.ts'

const beatMs = 1_000
/** An instance whose beat did not change for this long, by our own clock, is dead. */
const deadMs = 3_500
/** What a stop or a shutdown waits for a database that fails. */
const saveMs = 5_000

const interrupted: RunError = {
  code: 'interrupted',
  message: 'The server stopped while this run was going on. What came so far is kept; ask again to go on.',
  retryable: true,
}

const notFound = () => new ProblemError(404, 'not-found', 'There is no such run, or it belongs to somebody else.')
const storageFull = () =>
  new ProblemError(
    507,
    'storage-full',
    'The server cannot save anything right now. Free some disk space, then try again.',
  )

export type Runs = ReturnType<typeof createRuns>

/** Runs belong to the server: they go on whoever watches, until they end, are stopped, or the server dies. */
export function createRuns(store: RunStore, onFailure: (error: unknown) => void, instances = createInstances()) {
  const instance = instances.own
  const journal = createJournal((appends) => store.append(appends, instance), onFailure)
  const live = new Map<string, LiveRun>()
  const followStored = createStoredFeeds(store.readAfter)
  /** Of the other instances: the last beat, and when it was first seen here. */
  const beats = new Map<string, { beat: number; since: number }>()
  let isShuttingDown = false
  let tending: Promise<void> | undefined
  let tendTimer: NodeJS.Timeout | undefined

  async function findLiving(): Promise<string[]> {
    const now = performance.now()
    const living = [instance]
    for (const { id, beat } of await store.readBeats()) {
      if (id === instance) continue
      const known = beats.get(id)
      if (instances.isDead(id)) {
        beats.set(id, { beat, since: -Infinity })
        continue
      }
      if (known?.beat !== beat) beats.set(id, { beat, since: now })
      else if (now - known.since > deadMs) continue
      living.push(id)
    }
    return living
  }

  async function endOrphans() {
    const living = await findLiving()
    for (;;) {
      const orphans = await store.takeOver(instance, living)
      for (const { blank, events } of orphans) {
        const run = events.reduce(reduceRun, blank)
        const end: RunEvent = { seq: run.lastSeq + 1, at: (events.at(-1)?.at ?? 0) + 1, type: 'error', ...interrupted }
        const ended = { run: reduceRun(run, end), timeline: toTimeline([...events, end]) }
        await store.append([{ runId: run.id, events: [end], ended }], instance)
      }
      if (orphans.length === 0) break
    }
    for (const id of beats.keys()) {
      if (living.includes(id)) continue
      await store.forgetInstance(id)
      beats.delete(id)
    }
  }

  /** Says that it lives, ends runs whose server died, deletes for good. A busy database is tried again next time. */
  function tend(): Promise<void> {
    tending ??= (async () => {
      await store.beat(instance, Date.now())
      await endOrphans()
      await store.purge(Date.now())
    })().finally(() => {
      tending = undefined
    })
    return tending
  }

  /** Resolves when the run's end is saved; a database that fails is not waited for. */
  async function end(run: LiveRun, how: Parameters<LiveRun['end']>[0]): Promise<void> {
    const isSaved = await Promise.race([
      run.end(how).then(() => true),
      new Promise<false>((resolve) => setTimeout(() => resolve(false), saveMs).unref()),
    ])
    if (!isSaved) throw storageFull()
  }

  const stopAll = async (ids: string[]) => {
    const going = ids.flatMap((id) => live.get(id) ?? [])
    await Promise.all(going.map((run) => end(run, { finish: 'stopped' })))
  }

  return {
    /** Before the first request: says that it lives, and ends what an earlier server left behind. */
    async open(): Promise<void> {
      await tend()
      tendTimer = setInterval(() => void tend().catch(onFailure), beatMs).unref()
    },

    async create(input: Omit<NewRun, 'id' | 'createdAt'>, source: Source): Promise<{ run: Run; isNew: boolean }> {
      if (isShuttingDown) {
        throw new ProblemError(503, 'shutting-down', 'The server is restarting. Ask again in a few seconds.')
      }
      if (journal.isFailing()) throw storageFull()
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

    /** A run that ended elsewhere becomes one of this visitor's own, with its events and their times. */
    async adopt(input: Omit<NewRun, 'id'>, events: RunEvent[]): Promise<Run> {
      const id = randomBytes(16).toString('base64url')
      const { run: blank } = await store.insert({ ...input, id }, instance)
      const numbered = events.map((event, index) => ({ ...event, seq: index + 1 }))
      const run = numbered.reduce(reduceRun, blank)
      await store.append([{ runId: id, events: [], ended: { run, timeline: toTimeline(numbered) } }], instance)
      return run
    },

    /** The events saved so far, whoever asks. */
    async readEvents(id: string): Promise<RunEvent[]> {
      return (await store.readAfter(id, 0))?.events ?? []
    },

    async read(id: string, visitor: string): Promise<Run> {
      const run = await store.read(id, visitor)
      if (!run) throw notFound()
      return live.get(id)?.run() ?? run
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
      const followed = await followStored(id)
      if (!followed) throw notFound()
      return followed
    },

    async stop(id: string, visitor: string): Promise<Run> {
      const run = await this.read(id, visitor)
      if (isEnded(run)) return run
      const liveRun = live.get(id)
      if (liveRun) await end(liveRun, { finish: 'stopped' })
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

    isReady: () => !isShuttingDown && !journal.isFailing(),

    /** Live runs may go on for the grace time; the rest end as interrupted, with their text. */
    async shutDown(graceMs: number): Promise<void> {
      isShuttingDown = true
      const timeout = new Promise((resolve) => setTimeout(resolve, graceMs).unref())
      await Promise.race([Promise.all([...live.values()].map((run) => run.ended)), timeout])
      // What cannot be saved becomes interrupted at the next start.
      await Promise.allSettled([...live.values()].map((run) => end(run, { error: interrupted })))
      clearInterval(tendTimer)
      await tending?.catch(() => {})
      if (journal.isFailing()) return
      await journal.drain()
      await store.forgetInstance(instance)
    },
  }
}
