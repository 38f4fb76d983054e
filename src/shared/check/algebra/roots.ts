import { spend } from '../work.ts'

type Of = (x: number) => number | undefined
/** A root, and whether the function is surely nought there (and not only jumping over it). */
export type Stretch = { from: number; to: number }

/** Where to look on an endless line: densely near nought, ever more coarsely farther out. */
function toGrid({ from, to }: Stretch, count: number): number[] {
  if (Number.isFinite(from) && Number.isFinite(to)) {
    // Not at round places: a function's poles and roots are often there.
    return Array.from({ length: count + 1 }, (_, at) => from + ((to - from) * at) / count)
  }
  const half = Array.from({ length: count / 2 }, (_, at) => Math.sinh(((at + 0.37) / count) * 18) * 0.05)
  const line = [...half.toReversed().map((x) => -x), ...half]
  if (Number.isFinite(from)) return [from, ...half.map((x) => from + x)]
  if (Number.isFinite(to)) return [...half.toReversed().map((x) => to - x), to]
  return line
}

function refine(of: Of, low: number, high: number): number | undefined {
  let [a, b] = [low, high]
  const start = of(a)
  if (start === undefined) return undefined
  const isUp = start < 0
  for (let step = 0; step < 80; step += 1) {
    const middle = (a + b) / 2
    if (middle === a || middle === b) break
    const value = of(middle)
    if (value === undefined) return undefined
    if (value === 0) return middle
    if (value < 0 === isUp) a = middle
    else b = middle
  }
  return (a + b) / 2
}

/** The place between three points where |f| is least, by the golden section. */
function touch(of: Of, low: number, high: number): number | undefined {
  const ratio = (Math.sqrt(5) - 1) / 2
  let [a, b] = [low, high]
  for (let step = 0; step < 70; step += 1) {
    const [left, right] = [b - ratio * (b - a), a + ratio * (b - a)]
    const [atLeft, atRight] = [of(left), of(right)]
    if (atLeft === undefined || atRight === undefined) return undefined
    if (Math.abs(atLeft) < Math.abs(atRight)) b = right
    else a = left
  }
  return (a + b) / 2
}

/**
 * Roots of a real function found by looking: not all of them, but each one is a root. Undefined values are where the
 * function does not exist.
 */
export function findRoots(of: Of, stretch: Stretch, count = 600): number[] {
  const grid = toGrid(stretch, count)
  const values = grid.map((x) => of(x))
  spend(grid.length)
  const found: number[] = []
  const keep = (x: number | undefined, steepness: number) => {
    if (x === undefined) return
    const value = of(x)
    if (value === undefined || Math.abs(value) > 1e-7 * Math.max(steepness, 1e-3)) return
    // Where everything near is nought too, the numbers have become too small.
    const beside = [x - 1e-3 * Math.max(1, Math.abs(x)), x + 1e-3 * Math.max(1, Math.abs(x))].map((near) =>
      Math.abs(of(near) ?? 0),
    )
    if (Math.max(...beside) < 1e-60) return
    if (!found.some((other) => Math.abs(other - x) <= 1e-6 * Math.max(1, Math.abs(x)))) found.push(x)
  }
  for (let at = 0; at < grid.length; at += 1) {
    const [x, y] = [grid[at] ?? 0, values[at]]
    const [before, after] = [values[at - 1], values[at + 1]]
    if (y === undefined) continue
    if (y === 0) keep(x, 1)
    if (after !== undefined && y < 0 !== after < 0 && y !== 0 && after !== 0) {
      keep(refine(of, x, grid[at + 1] ?? x), Math.max(Math.abs(y), Math.abs(after)))
    } else if (
      before !== undefined &&
      after !== undefined &&
      Math.abs(y) < Math.abs(before) &&
      Math.abs(y) <= Math.abs(after)
    ) {
      if (y < 0 === before < 0 && y < 0 === after < 0) {
        keep(touch(of, grid[at - 1] ?? x, grid[at + 1] ?? x), Math.max(Math.abs(before), Math.abs(after)) * 1e-3)
      }
    }
  }
  return found.sort((a, b) => a - b)
}
