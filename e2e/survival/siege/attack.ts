import type { Stranger } from './stranger.ts'

/** What an attack has to work with. */
export type Scene = {
  url: string
  port: number
  dataDir: string
  /** A new visitor, at an address of its own or at `address`. */
  stranger: (address?: string) => Stranger
  /** As many numbers from 0, or fewer where the whole siege is not wanted. */
  many: (count: number) => number[]
  /** Aborted when the attack's time is over. */
  signal: AbortSignal
  /** Aborted after such a share of it. */
  after: (share: number) => AbortSignal
  /** Whether the server still runs. */
  isAlive: () => boolean
}

/** `done`: what was brought to bear, in a few words. `problems`: what the server should not have let happen. */
export type Outcome = { done: string; problems?: string[] }

export type Attack = {
  name: string
  /** One line for whoever reads the list. */
  what: string
  /** Makes what takes long to make, before the server starts. */
  prepare?: () => Promise<void>
  /** Settings that this attack needs, over those of the siege. */
  env?: (dir: string) => Record<string, string>
  /** Undoes what `env` did outside the folder. */
  clear?: (dir: string) => void
  run: (scene: Scene) => Promise<Outcome>
}

/** Does `work` for each of `items`, so many at once, until the signal says that time is over. Returns how many were done. */
export async function inParallel<T>(
  items: Iterable<T>,
  atOnce: number,
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<number> {
  const iterator = items[Symbol.iterator]()
  let done = 0
  async function worker() {
    for (let next = iterator.next(); !next.done && !signal.aborted; next = iterator.next()) {
      await work(next.value)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return done
}

export const times = (count: number) => Array.from({ length: count }, (_, index) => index)

/** How often each came: `201 × 12, 429 × 3`. */
export function tally(values: Iterable<string | number>): string {
  const counts = new Map<string | number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => `${value} × ${count}`).join(', ')
}
