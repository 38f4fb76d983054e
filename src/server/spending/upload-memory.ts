import { limits } from '../../shared/config.ts'
import { readMemoryLimit } from './memory.ts'

const megabyte = 1024 * 1024
/** Bodies of uploads stand in memory until they are decoded and stored: so many bytes together. */
const uploadBytes = Math.min(256 * megabyte, Math.max(64 * megabyte, readMemoryLimit() * 0.1))
/** After this long whoever sends slowly makes room. */
const patienceMs = 5_000
const maxWaitMs = 30_000

/** What a route that reads an upload is given: memory as bytes come, and word when it has to leave. */
export type Upload = { signal: AbortSignal; take: (bytes: number) => Promise<void>; complete: () => void }

/** One upload's part of the memory. */
export type Lease = {
  /** Takes more, as bytes come. Resolves to false where there was no room in time. */
  take: (bytes: number) => Promise<boolean>
  /** All has come: from here on it is we who take the time. */
  complete: () => void
  release: () => void
}

type Waiting = { bytes: number; from: number; end: (hasRoom: boolean) => void }
type Held = { holder: string; bytes: number; from: number; isComplete: boolean; waiting?: Waiting; evict: () => void }

export type UploadMemory = ReturnType<typeof createUploadMemory>

/**
 * Bytes for uploads to share, of which a holder has half at most. Room is taken as bytes come, so that a promise of many
 * holds nothing. Where it runs short, those who wait do not wait for somebody who does not send.
 */
export function createUploadMemory(options: { bytes?: number; patienceMs?: number; maxWaitMs?: number } = {}) {
  const { bytes: total = uploadBytes, patienceMs: patience = patienceMs, maxWaitMs: longest = maxWaitMs } = options
  const most = Math.max(total / 2, Math.min(total, 2 * limits.maxUploadBytes + megabyte))
  /** In the order in which they came. */
  const leases = new Set<Held>()

  const sum = (some: Iterable<Held>) => [...some].reduce((bytes, held) => bytes + held.bytes, 0)
  const ofHolder = (holder: string) => [...leases].filter((held) => held.holder === holder)
  const fits = ({ holder }: Held, bytes: number) =>
    sum(leases) + bytes <= total && sum(ofHolder(holder)) + bytes <= most

  /** Gives room to those who wait, the first first; who cannot have it yet does not hold up others. */
  function advance() {
    for (const held of leases) {
      const { waiting } = held
      if (!waiting || !fits(held, waiting.bytes)) continue
      held.bytes += waiting.bytes
      waiting.end(true)
    }
  }

  /** Sends away whoever keeps `held` waiting and does not send: of several, who keeps most. */
  function relieve(held: Held, waiting: Waiting): void {
    const inTheWay = sum(leases) + waiting.bytes > total ? [...leases] : ofHolder(held.holder)
    const others = inTheWay.filter((other) => other !== held && other.bytes > 0)
    const weigh = ({ bytes, from }: Held) => bytes * (performance.now() - from)
    const [slow] = others
      .filter(({ isComplete, waiting: also }) => !isComplete && !also)
      .sort((a, b) => weigh(b) - weigh(a))
    if (slow) return slow.evict()
    // Where all wait for each other, the last to come leaves.
    const isDeadlock = others.every((other) => other.waiting)
    const last = [...others, held].filter((each) => each.waiting).sort((a, b) => b.from - a.from)[0]
    if (isDeadlock) last?.waiting?.end(false)
    else if (performance.now() - waiting.from >= longest) waiting.end(false)
  }

  return {
    /** `evict` is called where it has to leave for others who wait; it then releases what it holds. */
    open(holder: string, evict: () => void): Lease {
      const held: Held = { holder, bytes: 0, from: performance.now(), isComplete: false, evict }
      leases.add(held)
      return {
        async take(bytes) {
          if (fits(held, bytes)) {
            held.bytes += bytes
            return true
          }
          return await new Promise<boolean>((resolve) => {
            const timer = setInterval(() => relieve(held, waiting), patience)
            const waiting: Waiting = {
              bytes,
              from: performance.now(),
              end(hasRoom) {
                clearInterval(timer)
                delete held.waiting
                resolve(hasRoom)
              },
            }
            held.waiting = waiting
          })
        },
        complete() {
          held.isComplete = true
        },
        release() {
          leases.delete(held)
          held.waiting?.end(false)
          advance()
        },
      }
    },
    /** Bytes that are taken. */
    used: () => sum(leases),
  }
}
