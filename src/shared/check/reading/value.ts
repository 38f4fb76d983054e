import type { Expression } from '../algebra/expression.ts'
import type { Relation } from './split-tokens.ts'

/** A stretch of the real line. An end that is missing is infinite. */
export type Interval = { from?: Expression | undefined; to?: Expression | undefined; hasFrom: boolean; hasTo: boolean }

/** What an answer says. */
export type Value =
  | { kind: 'expression'; expression: Expression; isApproximate: boolean }
  /** `x = 3`, `a_n = 2n − 1`, `f(x) = x²`. */
  | { kind: 'named'; name: string; value: Value }
  /** Solutions, in any order: a list, a set, or what `or` joins. */
  | { kind: 'several'; items: readonly Value[] }
  /** `x = 1, y = 2`: one solution of several names. */
  | { kind: 'together'; items: readonly Extract<Value, { kind: 'named' }>[] }
  /** Where it has two entries, it may be an interval too. */
  | { kind: 'tuple'; items: readonly Value[] }
  | { kind: 'region'; name?: string | undefined; pieces: readonly Interval[] }
  | { kind: 'relation'; left: Expression; relation: Relation; right: Expression }
  /** Any whole number in the place of `over`. */
  | { kind: 'family'; items: readonly Expression[]; over: string; name?: string | undefined }
  | { kind: 'ratio'; parts: readonly Expression[] }
  | { kind: 'empty' }
  | { kind: 'everything' }
  | { kind: 'choice'; letters: string }
  | { kind: 'words'; text: string }
