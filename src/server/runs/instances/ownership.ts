import { reduceRun, type Run, type RunEvent } from '../../../shared/run/run.ts'
import type { PubSub } from '../../database/pub-sub.ts'
import { createFeed, type FeedWriter } from '../journal/feed.ts'
import type { Heartbeat, Orphan } from './instance-store.ts'
import { createInstances, type Instances } from './instances.ts'
import { interrupted } from '../interrupted-error.ts'
import type { LiveRun } from '../live-run.ts'
import type { Append, RunStore } from '../run-store.ts'

const beatMs = 1_000
/** An instance whose beat did not change for this long, by our own clock, is dead. */
const deadMs = 3_500
const checkpointMs = 20_000
/** Without a look at the others for this long nothing is known of their beats. */
const blindMs = 2_000
/** Commits read at once. */
const pageCommits = 100
const checkpointRuns = 10
/** Longer than a statement may take: by then it was carried out or never is. */
const doubtMs = 60_000
/** Nothing was tended for this long: the database does not answer. */
const awayMs = 5_000

export type OwnershipOptions = { instances?: Instances; checkpointMs?: number; signals?: PubSub }

/** Whose the live runs are: this instance's while it gives signs of life, another's once it does not. */
export function createOwnership(
  store: RunStore,
  live: Map<string, LiveRun>,
  onFailure: (error: unknown) => void,
  options: OwnershipOptions,
) {
  const instances = options.instances ?? createInstances()
  let own = instances.create()
  let registered: Promise<void> | undefined
  let lastCommit = 0
  let isStopped = false
  let tending: Promise<void> | undefined
  let checking: Promise<void> | undefined
  const timers: NodeJS.Timeout[] = []
  let lookedAt = -Infinity
  let beatAt = -Infinity
  let beating: Promise<void> | undefined
  let tendedAt = performance.now()
  let isFailing = false
  /** Of the other instances: the last beat, and when it was first seen here. */
  const beats = new Map<string, { heartbeat: number; since: number }>()
  /** Taken over from the dead, and not ended yet. */
  const adopted = new Map<string, { blank: Run; feed: FeedWriter }>()
  const checkpoints = new WeakMap<LiveRun, number>()
  /** Runs that may have been saved though that failed, and since when: nobody works on them. */
  const doubtful = new Map<string, number>()

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
    for (const run of live.values()) run.abandon()
  }

  /** Held up by nothing else: who gives no sign is taken for dead. */
  function heartbeat(): Promise<void> {
    beating ??= (async () => {
      await register()
      const name = own
      if (!(await store.heartbeat(name)) && name === own) fence()
      beatAt = performance.now()
    })().finally(() => {
      beating = undefined
    })
    return beating
  }

  async function findDead(): Promise<Heartbeat[]> {
    const all = await store.readHeartbeats()
    const now = performance.now()
    // The database was away or slow, or this process slept: the others may not have been able to give a sign either.
    const wasBlind = now - lookedAt > blindMs || now - beatAt > blindMs
    lookedAt = now
    for (const id of beats.keys()) if (!all.some((each) => each.id === id)) beats.delete(id)
    return all.filter(({ id, heartbeat: last }) => {
      if (id === own) return false
      if (instances.isDead(id)) return true
      const known = beats.get(id)
      if (!wasBlind && known?.heartbeat === last) return now - known.since > deadMs
      beats.set(id, { heartbeat: last, since: now })
      return false
    })
  }

  async function findDoubtful(): Promise<Orphan[]> {
    if (doubtful.size === 0) return []
    const found = await store.readHeld([...doubtful.keys()], own)
    for (const { blank } of found) doubtful.delete(blank.id)
    for (const [id, since] of doubtful) if (performance.now() - since > doubtMs) doubtful.delete(id)
    return found
  }

  async function takeOverOrphans() {
    const orphans = [...(await store.takeOver(own, await findDead())), ...(await findDoubtful())]
    for (const { blank, checkpoint } of orphans) {
      const feed = createFeed()
      feed.append(checkpoint)
      adopted.set(blank.id, { blank, feed })
    }
    if (adopted.size === 0) return
    for (let last = 0; ;) {
      const commits = await store.readCommits(own, last, pageCommits)
      for (const [id, events] of commits.flatMap(({ entries }) => entries)) {
        const feed = adopted.get(id)?.feed
        for (const event of feed ? events : []) if (event.seq === (feed?.lastSeq() ?? 0) + 1) feed?.append([event])
      }
      last = commits.at(-1)?.id ?? last
      if (commits.length < pageCommits) break
    }
    for (const [id, { blank, feed }] of adopted) {
      const run = feed.snapshot(blank)
      // Its end was saved, its row was not: it died in between.
      if (feed.isComplete()) {
        await store.append([{ runId: id, events: [], ended: { run, timeline: feed.toTimeline([]) } }], own)
        adopted.delete(id)
        continue
      }
      const at = (feed.read(run.lastSeq - 1).at(-1)?.at ?? 0) + 1
      const end: RunEvent = { seq: run.lastSeq + 1, at, type: 'error', ...interrupted }
      const ended = { run: reduceRun(run, end), timeline: feed.toTimeline([end]) }
      await store.append([{ runId: id, events: [end], ended }], own)
      adopted.delete(id)
    }
  }

  /** What was asked of another instance to stop, and lives here. */
  async function applyStopRequests() {
    for (const id of await store.readStopRequests()) void live.get(id)?.end({ finish: 'stopped' })
  }

  /** A busy database is tried again next time. */
  function maintain(): Promise<void> {
    tending ??= (async () => {
      await heartbeat()
      await takeOverOrphans()
      await store.purge(Date.now())
      await applyStopRequests()
    })()
      .then(
        () => {
          tendedAt = performance.now()
          isFailing = false
        },
        (error: unknown) => {
          isFailing = true
          throw error
        },
      )
      .finally(() => {
        tending = undefined
      })
    return tending
  }

  /** Commits stay until every run they tell of has them in its own row. */
  function checkpoint(): Promise<void> {
    checking ??= (async () => {
      const owner = own
      const upTo = lastCommit
      const changed = [...live.values()].filter((run) => checkpoints.get(run) !== run.feed.lastSeq())
      for (let at = 0; at < changed.length; at += checkpointRuns) {
        const piece = changed.slice(at, at + checkpointRuns).map((run) => ({ run, lastSeq: run.feed.lastSeq() }))
        await store.checkpoint(
          piece.map(({ run }) => run.snapshot()),
          owner,
          upTo,
        )
        for (const { run, lastSeq } of piece) checkpoints.set(run, lastSeq)
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
      const { disowned, commitId } = await store.append(appends, own)
      if (disowned.length > 0 && !(await store.heartbeat(own))) fence()
      // Last: from here on a checkpoint has what it told.
      if (commitId !== undefined) {
        lastCommit = commitId
        options.signals?.send('commit', own)
      }
      return disowned
    },

    /** The last commit: of a run that begins now it tells nothing. */
    lastCommit: () => lastCommit,

    /** What has to be done every second is done. */
    isHealthy: () => timers.length === 0 || (!isFailing && performance.now() - tendedAt < awayMs),

    applyStopRequests,

    /** Of this new run only a failure was heard: where it is there all the same, it ends as if its server had died. */
    doubt: (id: string) => void doubtful.set(id, performance.now()),

    /** Before the first request: ends what an earlier server left behind. */
    async start(): Promise<void> {
      await maintain()
      timers.push(setInterval(() => void heartbeat().catch(onFailure), beatMs).unref())
      timers.push(setInterval(() => void maintain().catch(onFailure), beatMs).unref())
      timers.push(setInterval(() => void checkpoint().catch(onFailure), options.checkpointMs ?? checkpointMs).unref())
    },

    /** When no run is live any more. */
    async stop(): Promise<void> {
      if (isStopped) return
      isStopped = true
      for (const timer of timers) clearInterval(timer)
      await Promise.allSettled([beating, tending, checking])
      if (adopted.size === 0) await store.forgetInstance(own)
    },
  }
}
