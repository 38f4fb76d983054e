import { ProblemError } from '../../shared/problem.ts'

/** Of texts that are read, worked on and sent at this moment, all together. */
const maxBytes = 96 * 1024 * 1024
/** A text stands in memory several times on its way: as it was read, as it is worked on, as it is sent. */
const copies = 4
/** Below this nobody has to wait. */
const smallBytes = 256 * 1024
const waitMs = 20_000
const comeBackS = 5

/**
 * Room for texts of `owner`'s, whose size in bytes is known before any of them is read. Resolves to the way out; throws a
 * ProblemError where there was no room in time.
 */
export type TextRoom = (owner: string, textBytes: number) => Promise<() => void>

type Waiting = { owner: string; bytes: number; start: () => void }

/** Bytes to share, taken in the order asked, half of them by one owner at most. */
export function createTextRoom(total = maxBytes, patienceMs = waitMs): TextRoom {
  const held = new Map<string, number>()
  let used = 0
  let line: Waiting[] = []

  const fits = ({ owner, bytes }: Waiting) => used + bytes <= total && (held.get(owner) ?? 0) + bytes <= total / 2
  function enter({ owner, bytes }: Waiting) {
    used += bytes
    held.set(owner, (held.get(owner) ?? 0) + bytes)
  }
  function leave({ owner, bytes }: Waiting) {
    used -= bytes
    const left = (held.get(owner) ?? 0) - bytes
    if (left > 0) held.set(owner, left)
    else held.delete(owner)
    // Who cannot enter yet does not hold up those behind.
    for (const waiting of line) {
      if (!fits(waiting)) continue
      line = line.filter((other) => other !== waiting)
      enter(waiting)
      waiting.start()
    }
  }

  const wait = (mine: Waiting) =>
    new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => {
        line = line.filter((other) => other !== mine)
        resolve(false)
      }, patienceMs)
      mine.start = () => {
        clearTimeout(timer)
        resolve(true)
      }
      line.push(mine)
    })

  return async (owner, textBytes) => {
    if (textBytes <= smallBytes) return () => {}
    const mine: Waiting = { owner, bytes: Math.min(total / 2, textBytes * copies), start: () => {} }
    if (fits(mine)) enter(mine)
    else if (!(await wait(mine))) {
      throw new ProblemError(503, 'busy', 'Too many long texts are being read. Try again in a few seconds.', comeBackS)
    }
    let isIn = true
    return () => {
      if (isIn) leave(mine)
      isIn = false
    }
  }
}
