import { isEnded } from '../../../shared/run/run.ts'
import type { SharedView } from '../../../shared/share.ts'

/** What an entry weighs beside what was made. */
const entryBytes = 2_000

type Entry<Made> = { lastSeq: number; madeAt: number; made: Promise<Made> }

/**
 * Keeps what is made of a share for all who ask, while the share is as it was. Of a live run nobody needs a newer one
 * than `freshMs`: the rest comes over the stream. The oldest go when together they are more than `maxBytes`.
 */
export function createRenderCache<Made>(options: {
  freshMs: number
  maxBytes: number
  sizeOf: (made: Made) => number
}) {
  const { freshMs, maxBytes, sizeOf } = options
  const kept = new Map<string, Entry<Made>>()
  const sizes = new Map<string, number>()

  function evict() {
    let total = 0
    for (const size of sizes.values()) total += size
    for (const [oldest, size] of sizes) {
      if (total <= maxBytes) break
      total -= size
      sizes.delete(oldest)
      kept.delete(oldest)
    }
  }

  /** `variant`: whatever else it depends on. */
  return async function keep(view: SharedView, variant: string, make: () => Promise<Made>): Promise<Made> {
    const key = `${view.id} ${view.version} ${variant}`
    const runs = [view.run, ...view.earlier]
    const lastSeq = runs.reduce((sum, run) => sum + run.lastSeq, 0)
    const known = kept.get(key)
    if (known) {
      const isFresh = !runs.every(isEnded) && performance.now() - known.madeAt < freshMs
      if (known.lastSeq === lastSeq || isFresh) return await known.made
    }
    const entry = { lastSeq, madeAt: performance.now(), made: make() }
    kept.set(key, entry)
    try {
      const made = await entry.made
      sizes.delete(key)
      sizes.set(key, sizeOf(made) + entryBytes)
      evict()
      return made
    } catch (error) {
      if (kept.get(key) === entry) kept.delete(key)
      throw error
    }
  }
}
