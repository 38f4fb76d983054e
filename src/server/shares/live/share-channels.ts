import { isEnded, type Run } from '../../../shared/run/run.ts'
import { toSharedBlank } from '../../../shared/to-shared-run.ts'
import type { Runs } from '../../runs/runs.ts'
import { createRunReading, type RunReading } from '../run-reading.ts'
import { createShareChannel, type ShareChannel } from './share-channel.ts'
import type { StoredShare } from '../store.ts'
import { createShareFilter } from '../share-filter.ts'

/** What is kept ready for whoever comes next. What is being watched stays, whatever it weighs. */
const maxKeptBytes = 48 * 1024 * 1024
/** A link's own weight, beside that of the runs it shows. */
const linkBytes = 4_000
/** Links in one question to the database, and how long it may take before nobody is shown anything more. */
const linksAtOnce = 1_000
const answerMs = 2_000

/** A run as all links that show the same parts of it read it. `links` counts those that are still being opened too. */
type Shared = { key: string; links: number; bytes: number; ready: Promise<RunReading>; close: () => void }
type Link = { share: StoredShare; channels: ShareChannel[]; shared: Shared[] }

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('The links could not be looked at in time.')), answerMs).unref()
  })
  return await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** Links that are open or ready to be. Each run is read once for all that watch it, over whichever of them. */
export function createShareChannels(runs: Pick<Runs, 'follow'>, keptBytes = maxKeptBytes) {
  /** The one that was used longest ago comes first. */
  const links = new Map<string, Link>()
  const opening = new Map<string, { share: StoredShare; link: Promise<Link> }>()
  const readings = new Map<string, Shared>()
  let readBytes = 0

  function startReading(key: string, run: Run, { include }: StoredShare): Shared {
    const shared: Shared = { key, links: 0, bytes: 0, ready: start(), close: () => {} }
    async function start() {
      const { feed, release } = await runs.follow(run.id)
      const reading = createRunReading(feed, createShareFilter(include))
      shared.close = () => {
        reading.close()
        release()
        readBytes -= shared.bytes
        shared.bytes = 0
      }
      if (shared.links === 0) return (shared.close(), reading)
      const weigh = () => {
        readBytes += reading.weight() - shared.bytes
        shared.bytes = reading.weight()
        if (!reading.isComplete()) return
        release()
        // One that just left off (its server died, say) is read anew.
        if (isEnded(reading.fold(run))) return
        readings.delete(key)
        for (const link of links.values()) if (link.shared.includes(shared)) drop(link)
      }
      reading.onChange(weigh)
      weigh()
      return reading
    }
    readings.set(key, shared)
    return shared
  }

  function leave(shared: Shared) {
    shared.links -= 1
    if (shared.links > 0) return
    if (readings.get(shared.key) === shared) readings.delete(shared.key)
    shared.close()
  }

  /** Whoever watches over it is cut off. */
  function drop(link: Link) {
    if (links.get(link.share.id) === link) links.delete(link.share.id)
    for (const channel of link.channels) channel.cut()
    for (const shared of link.shared.splice(0)) leave(shared)
  }

  /** Links that nobody watches go, those that were used longest ago first. */
  function makeRoom(newest: Link) {
    for (const link of links.values()) {
      if (links.size * linkBytes + readBytes <= keptBytes || link === newest) return
      if (link.channels.every((channel) => channel.viewers() === 0)) drop(link)
      else touch(link)
    }
  }

  function touch(link: Link) {
    links.delete(link.share.id)
    links.set(link.share.id, link)
  }

  async function start(share: StoredShare, readRuns: () => Promise<Run[]>): Promise<Link> {
    const path = await readRuns()
    const shared: Shared[] = []
    try {
      const last = path.length - 1
      const channels = await Promise.all(
        path.map(async (run, index) => {
          const key = `${run.id} ${share.include.thinking}`
          const each = readings.get(key) ?? startReading(key, run, share)
          each.links += 1
          shared.push(each)
          const blank = toSharedBlank(run, index === last ? share.id : `${share.id}.${index}`, share)
          return createShareChannel(blank, await each.ready)
        }),
      )
      const link = { share, channels, shared }
      const before = links.get(share.id)
      if (before) drop(before)
      links.set(share.id, link)
      makeRoom(link)
      return link
    } catch (error) {
      for (const each of shared) leave(each)
      throw error
    }
  }

  return {
    /** The runs as the share shows them, oldest first; the one it points at has the share's own id. */
    async open(share: StoredShare, readRuns: () => Promise<Run[]>): Promise<ShareChannel[]> {
      const known = links.get(share.id)
      if (known?.share.updatedAt === share.updatedAt) {
        touch(known)
        return known.channels
      }
      const key = `${share.id} ${share.updatedAt}`
      const { link } = opening.get(key) ?? {
        link: start(share, readRuns).finally(() => opening.delete(key)),
      }
      opening.set(key, { share, link })
      return (await link).channels
    },

    /** Cuts off all who watch over links that were just changed or revoked. */
    async cut(isMeant: (share: StoredShare) => boolean): Promise<void> {
      await Promise.allSettled([...opening.values()].flatMap((each) => (isMeant(each.share) ? [each.link] : [])))
      for (const link of links.values()) if (isMeant(link.share)) drop(link)
    },

    /**
     * Cuts off all who watch over a link that `readVersions` no longer has as it was, and those of whose links it does
     * not answer; then throws what it threw.
     */
    async cutStale(readVersions: (ids: string[]) => Promise<Map<string, number>>): Promise<void> {
      const failures: unknown[] = []
      const open = [...links.values()]
      for (let at = 0; at < open.length; at += linksAtOnce) {
        const piece = open.slice(at, at + linksAtOnce)
        const versions = await inTime(readVersions(piece.map(({ share }) => share.id))).catch((error: unknown) => {
          failures.push(error)
          return new Map<string, number>()
        })
        for (const link of piece) if (versions.get(link.share.id) !== link.share.updatedAt) drop(link)
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}
