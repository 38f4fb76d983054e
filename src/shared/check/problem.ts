import type { Expression } from './algebra/expression.ts'
import type { Interval } from './reading/value.ts'

/** An equation or inequality as the problem has it. `source` is how it was written. */
export type Condition = {
  left: Expression
  relation: '=' | '≠' | '<' | '>' | '≤' | '≥'
  right: Expression
  source: string
}

/** How the result of a calculation has to look. */
export type Form = 'any' | 'simplified' | 'factored' | 'expanded'

export type Problem =
  /** `unknowns`: in the order they are named; `within`: where a single one is looked for. */
  | {
      kind: 'solve'
      conditions: readonly Condition[]
      unknowns: readonly string[]
      within?: Interval
      isSingular: boolean
    }
  /** `conditions`: what is known of the letters in it. */
  | { kind: 'evaluate'; expression: Expression; form: Form; source: string; conditions?: readonly Condition[] }

/** Why nothing could be checked. */
export type Reason =
  /** No problem was given, or none was found in the answer. */
  | 'no-problem'
  /** The problem asks for something that is not computed here, or in words. */
  | 'problem-not-read'
  /** The answer has no final value. */
  | 'no-final-answer'
  | 'answer-not-read'
  /** The answer is of another kind than what was asked. */
  | 'answer-does-not-match'
  /** The sides could not be compared. */
  | 'not-decided'
  /** It is equal, but perhaps not in the form that was asked for. */
  | 'form-not-sure'
  | 'too-much-work'
