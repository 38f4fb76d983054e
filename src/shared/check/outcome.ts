import type { Reason } from './problem.ts'

/** How a final answer was checked. */
export type How =
  /** Put into every condition of the problem. */
  | 'substituted'
  /** The problem's value was computed, exactly or to a double. */
  | 'computed'
  /** Both sides agree at points; `points` says at how many. */
  | 'agrees-at-points'
  /** The derivative of the answer is what was to be integrated. */
  | 'differentiated'
  /** Numbers inside and outside of the answer were tried. */
  | 'membership'

/** One solution put into one condition: what both sides come to, as LaTeX. */
export type Substitution = { solution: string; condition: string; left?: string; right?: string; holds: boolean }

/** What was done, for a page to show. */
export type Sum = {
  /** The problem's own formulas, as LaTeX. */
  problem: readonly string[]
  substitutions?: readonly Substitution[]
  /** No solution is missing: all of them were counted. Absent where that is not known. */
  isComplete?: boolean
  /** Solutions that the answer does not have, as LaTeX. */
  missing?: readonly string[]
  /** What the problem and the answer come to, as LaTeX. */
  left?: string
  right?: string
  points?: number
  /** The answer agrees to the digits it shows. */
  isRounded?: boolean
}

export type Outcome = { final: 'verified' | 'refuted'; how: How; sum: Sum } | { final: 'unknown'; why: Reason }

export const unknown = (why: Reason): Outcome => ({ final: 'unknown', why })
