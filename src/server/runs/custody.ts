import { reduceRun, type Run, type RunEvent } from '../../shared/run.ts'
import { createFeed, type FeedWriter } from './feed.ts'
import { createInstances, type Instances } from './instances.ts'
import { interrupted } from './interrupted.ts'
import type { LiveRun } from './live-run.ts'
import type { Append, RunStore } from './run-store.ts'

const beatMs = 1_000
/** An instance whose beat did not change for this long, by our own clock, is dead. */
const deadMs = 3_500
const checkpointMs = 20_000

export type CustodyOptions = { instances?: Instances; checkpointMs?: number }

/** Whose the live runs are: this instance's while it gives signs of life, another's once it does not. */
export function createCustody(
  store: RunStore,
  live: Map<string, LiveRun>,
  onFailure: (error: unknown) => void,
  options: CustodyOptions,
) {
  const instances = options.instances ?? createInstances()
  let own = instances.create()
  let registered: Promise<void> | undefined
  let lastCommit = 0
  let isStopped = false
  let tending: Promise<void> | undefined
  let checking: Promise<void> | undefined
  const timers: NodeJS.Timeout[] = []
  /** Of the other instances: the last beat, and when it was first seen here. */
  const beats = new Map<string, { beat: number; since: number }>()
  /** Taken over from the dead, and not ended yet. */
  const adopted = new Map<string, { blank: Run; feed: FeedWriter }>()
  const checkpoints = new WeakMap<LiveRun, number>()

  function register(): Promise<void> {
    registered ??= store.register(own, Date.now())
    registered.catch(() => {
      registered = undefined
    })
    return registered
  }

  /** Another instance took this one for dead (it slept, say): its runs are gone, and it goes on under a new name. */
  function fence() {
    own = instances.create()
    registered = undefined
    for (const run of live.values()) run.lose()
  }

  async function findLiving(): Promise<string[]> {
    const now = performance.now()
    const living = [own]
    for (const { id, beat } of await store.readBeats()) {
      if (id === own || instances.isDead(id)) continue
      const known = beats.get(id)
      if (known?.beat !== beat) beats.set(id, { beat, since: now })
      else if (now - known.since > deadMs) continue
      living.push(id)
    }
    for (const id of beats.keys()) if (!living.includes(id)) beats.delete(id)
    return living
  }

  async function adopt() {
    const orphans = await store.takeOver(own, await findLiving())
    for (const { blank, checkpoint } of orphans) {
      const feed = createFeed()
      feed.append(checkpoint)
      adopted.set(blank.id, { blank, feed })
    }
    if (adopted.size === 0) return
    for await (const [id, events] of store.readCommits(own)) {
      const feed = adopted.get(id)?.feed
      for (const event of feed ? events : []) if (event.seq === (feed?.lastSeq() ?? 0) + 1) feed?.append([event])
    }
    for (const [id, { blank, feed }] of adopted) {
      const run = feed.fold(blank)
      const at = (feed.read(run.lastSeq - 1).at(-1)?.at ?? 0) + 1
      const end: RunEvent = { seq: run.lastSeq + 1, at, type: 'error', ...interrupted }
      const ended = { run: reduceRun(run, end), timeline: feed.toTimeline([end]) }
      await store.append([{ runId: id, events: [end], ended }], own)
      adopted.delete(id)
    }
  }

  /** A busy database is tried again next time. */
  function tend(): Promise<void> {
    tending ??= (async () => {
      await register()
      if (!(await store.beat(own))) fence()
      await adopt()
      await store.purge(Date.now())
    })().finally(() => {
      tending = undefined
    })
    return tending
  }

  /** Commits stay until every run they tell of has them in its own row. */
  function checkpoint(): Promise<void> {
    checking ??= (async () => {
      const owner = own
      const upTo = lastCommit
      for (const run of live.values()) {
        const lastSeq = run.feed.lastSeq()
        if (checkpoints.get(run) === lastSeq) continue
        await store.checkpoint(run.fold(), owner)
        checkpoints.set(run, lastSeq)
      }
      await tending
      if (owner === own && adopted.size === 0) await store.dropCommits(owner, upTo)
    })().finally(() => {
      checking = undefined
    })
    return checking
  }

  return {
    /** The name under which new runs are held; there once it may hold some. */
    async owner(): Promise<string> {
      await register()
      return own
    },

    /** The ids of runs that are no longer ours come back. */
    async append(appends: Append[]): Promise<string[]> {
      const { lost, commitId } = await store.append(appends, own)
      if (commitId !== undefined) lastCommit = commitId
      if (lost.length > 0 && !(await store.beat(own))) fence()
      return lost
    },

    /** Before the first request: ends what an earlier server left behind. */
    async start(): Promise<void> {
      await tend()
      timers.push(setInterval(() => void tend().catch(onFailure), beatMs).unref())
      timers.push(setInterval(() => void checkpoint().catch(onFailure), options.checkpointMs ?? checkpointMs).unref())
    },

    /** When no run is live any more. */
    async stop(): Promise<void> {
      if (isStopped) return
      isStopped = true
      for (const timer of timers) clearInterval(timer)
      await Promise.allSettled([tending, checking])
      if (adopted.size === 0) await store.forgetInstance(own)
    },
  }
}
