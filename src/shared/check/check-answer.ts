import { checkEvaluate } from './check-evaluate.ts'
import { checkRegion } from './check-region.ts'
import { checkSolutions } from './check-solutions.ts'
import { unknown, type Outcome } from './outcome.ts'
import type { Problem } from './problem.ts'
import { readProblem, readProblemFromAnswer } from './read-problem.ts'
import { findFinalAnswer, toValueText } from './reading/final-answer.ts'
import { parseValues } from './reading/parse-value.ts'
import type { Value } from './reading/value.ts'
import { toSolutions } from './solutions.ts'
import { findBrokenSteps, type BrokenStep } from './steps.ts'
import { limitWork } from './work.ts'

/** `reading`: the problem as a person has confirmed it; it counts more than the question. */
export type CheckInput = { question?: string; reading?: string; answer: string }
/** What could be checked of an answer. `steps`: those that do not hold; they say nothing of the final answer. */
export type CheckResult = Outcome & { steps: readonly BrokenStep[] }

const work = { final: 600_000, steps: 1_200_000 }
const maxChars = 200_000

function checkValue(problem: Problem, value: Value): Outcome {
  if (problem.kind === 'evaluate') return checkEvaluate(problem, value)
  const isInequality = problem.conditions.some(({ relation }) => relation !== '=')
  if ((isInequality || value.kind === 'everything') && problem.unknowns.length === 1) return checkRegion(problem, value)
  const solutions = toSolutions(value, problem.unknowns)
  return solutions ? checkSolutions(problem, solutions) : unknown('answer-does-not-match')
}

/** The outcome over all ways to read an answer: verified in one of them, or refuted in all. */
function checkFinal({ question, reading, answer }: CheckInput): Outcome {
  const given = [reading, question].find((text) => text !== undefined && text.trim() !== '')
  const problem = given === undefined ? readProblemFromAnswer(answer) : readProblem(given)
  if (!problem) return unknown(given === undefined ? 'no-problem' : 'problem-not-read')
  const final = findFinalAnswer(answer)
  if (!final) return unknown('no-final-answer')
  const text = toValueText(final.text)
  const outcomes = text === undefined ? [] : parseValues(text).map((value) => checkValue(problem, value))
  const best =
    outcomes.find((outcome) => outcome.final === 'verified') ??
    outcomes.find((outcome) => outcome.final === 'unknown') ??
    outcomes[0]
  return best ?? unknown('answer-not-read')
}

/**
 * Checks an answer by computing: its final value against the problem, and every step that can be read. Pure, bounded in
 * work and without errors, whatever the text.
 */
export function checkAnswer(input: CheckInput): CheckResult {
  if (input.answer.length > maxChars) return { ...unknown('too-much-work'), steps: [] }
  const steps = limitWork<readonly BrokenStep[]>(work.steps, () => findBrokenSteps(input.answer), [])
  return { ...limitWork(work.final, () => checkFinal(input), unknown('too-much-work')), steps }
}
