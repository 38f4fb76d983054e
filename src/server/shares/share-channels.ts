import { isEnded, type Run } from '../../shared/run.ts'
import { toSharedBlank } from '../../shared/to-shared-run.ts'
import type { Runs } from '../runs/runs.ts'
import { createShareChannel, type ShareChannel } from './share-channel.ts'
import type { StoredShare } from './share-store.ts'
import { createWithholder } from './withhold.ts'

/** Characters of ended runs kept ready; a live one is always kept. */
const maxKeptChars = 8_000_000

type Kept = { share: StoredShare; channels: ShareChannel[]; isDropped: boolean; release: () => void }

/** One reading of each run for all who watch it over one share; ended runs stay ready while there is room. */
export function createShareChannels(runs: Runs) {
  const kept = new Map<string, Promise<Kept>>()
  /** Characters of those that ended. */
  const sizes = new Map<string, number>()

  function drop(id: string) {
    const dropped = kept.get(id)
    kept.delete(id)
    sizes.delete(id)
    void dropped?.then(
      (entry) => {
        entry.isDropped = true
        for (const channel of entry.channels) channel.cut()
        entry.release()
      },
      () => {},
    )
  }

  /** Once all of it ended: the oldest make room. */
  function settle({ share: { id }, channels, isDropped, release }: Kept) {
    if (isDropped || sizes.has(id) || !channels.every((channel) => channel.isOver())) return
    release()
    const shown = channels.map((channel) => channel.run())
    // One that just left off (its server died, say) is read anew.
    if (!shown.every(isEnded)) return drop(id)
    sizes.set(
      id,
      shown.reduce((sum, run) => sum + run.thinkingText.length + run.answerText.length, 0),
    )
    let total = 0
    for (const size of sizes.values()) total += size
    for (const [oldest, size] of sizes) {
      if (total <= maxKeptChars || oldest === id) break
      total -= size
      drop(oldest)
    }
  }

  async function start(share: StoredShare, readRuns: () => Promise<Run[]>): Promise<Kept> {
    const path = await readRuns()
    const last = path.length - 1
    const opened = await Promise.all(
      path.map(async (run, index) => {
        const { feed, release } = await runs.follow(run.id)
        const blank = toSharedBlank(run, index === last ? share.id : `${share.id}.${index}`, share)
        return { channel: createShareChannel(blank, feed, createWithholder(share.include)), release }
      }),
    )
    const entry: Kept = {
      share,
      channels: opened.map(({ channel }) => channel),
      isDropped: false,
      release: () => opened.forEach(({ release }) => release()),
    }
    for (const channel of entry.channels) channel.onChange(() => settle(entry))
    settle(entry)
    return entry
  }

  return {
    /** The runs as the share shows them, oldest first; the one it points at has the share's own id. */
    async open(share: StoredShare, readRuns: () => Promise<Run[]>): Promise<ShareChannel[]> {
      const known = await kept.get(share.id)?.catch(() => undefined)
      if (known?.share.updatedAt === share.updatedAt) return known.channels
      if (known) drop(share.id)
      const opening = kept.get(share.id) ?? start(share, readRuns)
      kept.set(share.id, opening)
      try {
        return (await opening).channels
      } catch (error) {
        kept.delete(share.id)
        throw error
      }
    },

    /** Cuts off all who watch over a share that `versions` no longer has as it was. */
    async cutStale(readVersions: (ids: string[]) => Promise<Map<string, number>>): Promise<void> {
      const settled = await Promise.allSettled(kept.values())
      const open = settled.flatMap((item) => (item.status === 'fulfilled' ? [item.value.share] : []))
      if (open.length === 0) return
      const versions = await readVersions(open.map(({ id }) => id))
      for (const { id, updatedAt } of open) if (versions.get(id) !== updatedAt) drop(id)
    },
  }
}
