import { freeSymbols, some, type Expression } from './algebra/expression.ts'
import { compareExpressions, type Verdict } from './algebra/same.ts'
import { isUnitSymbol } from './algebra/units.ts'
import { isDoubted } from './doubt.ts'
import { formatApprox } from './format.ts'
import { isSlip, judgeCalculus, looksMultipliedOut } from './identities.ts'
import { formatKey, judgeNumbers, toLiteral } from './judge-numbers.ts'
import { toChains, type Chain } from './reading/chains.ts'
import type { Relation } from './reading/split-tokens.ts'
import { parseExpression } from './reading/parse-expression.ts'
import { toProseChains } from './reading/prose.ts'
import { toSegments, type Segment } from './reading/segments.ts'
import { tokenise } from './reading/tokenise.ts'
import { limitWork } from './work.ts'

/** A step of an answer that does not hold: a place in the answer, and what both sides come to, as LaTeX. */
export type BrokenStep = { holds: false; text: string; start: number; end: number; left?: string; right?: string }

const workPerFormula = 400_000

type Side = { expression: Expression | undefined; start: number; end: number; letters: readonly string[] }

const lettersOf = (of: Expression) => freeSymbols(of).filter((name) => !isUnitSymbol(name) && name !== '±')

function toSides(chain: Chain, offset: number): Side[] {
  return chain.sides.map((tokens) => {
    const expression = parseExpression(tokens)
    return {
      expression,
      letters: expression ? lettersOf(expression) : [],
      start: offset + (tokens[0]?.start ?? 0),
      end: offset + (tokens.at(-1)?.end ?? 0),
    }
  })
}

const isOperated = (of: Expression | undefined) =>
  of !== undefined &&
  some(of, (part) => !['number', 'unit', 'either', 'symbol', 'constant'].includes(part.kind)) &&
  !toLiteral(of)

/** `5 + 3 = 8 + 2 = 10`: written as one thinks, not as what is equal. */
function runsOn(a: Expression, b: Expression): boolean {
  const first = b.kind === 'add' || b.kind === 'multiply' || b.kind === 'divide' ? b.parts[0] : undefined
  if (!first || first.kind !== 'number') return false
  return compareExpressions(a, first).status === 'same' || judgeNumbers(a, first, '=', new Set()).status === 'same'
}

/** What the chain is known to be: one that was an identity of these letters up to here. */
type State = { rounded: Set<string>; identity?: string }

function judgeLetters(a: Side, b: Side, chain: State, isAlone: boolean): Verdict | undefined {
  const [left, right] = [a.expression, b.expression]
  if (!left || !right) return undefined
  const calculus = judgeCalculus(left, right)
  if (calculus) return calculus
  const letters = a.letters.join()
  if (letters !== b.letters.join()) return undefined
  const verdict = compareExpressions(left, right)
  if (verdict.status === 'same') chain.identity = letters
  if (verdict.status !== 'different' || !isSlip(left, right)) return undefined
  return chain.identity === letters || (isAlone && looksMultipliedOut(left, right)) ? verdict : undefined
}

function judge(a: Side, b: Side, relation: Relation, state: State, isAlone: boolean): Verdict | undefined {
  const [left, right] = [a.expression, b.expression]
  if (!left || !right || (relation !== '=' && relation !== '≈')) return undefined
  if (a.letters.length > 0 || b.letters.length > 0)
    return relation === '=' ? judgeLetters(a, b, state, isAlone) : undefined
  if (!isOperated(left) && !isOperated(right)) return undefined
  const verdict = judgeNumbers(left, right, relation, state.rounded)
  return verdict.status === 'different' && runsOn(left, right) ? undefined : verdict
}

function noteRounded(side: Side, rounded: Set<string>) {
  const literal = side.expression && toLiteral(side.expression)
  if (literal && literal.places > 0) rounded.add(formatKey(literal.value))
}

/** What belongs to the number before it, though it stands behind the formula. */
const goesOn = /^\\?\$*(?:\\\)|\\\])?\s*(?:!(?!\s*$)|\\?%|°|\.\.\.|…)/

function checkChain(chain: Chain, segment: Segment, rounded: Set<string>, behind: string): BrokenStep[] {
  const state: State = { rounded }
  const isProse = segment.kind === 'prose'
  const sides = toSides(chain, segment.start)
  const broken: BrokenStep[] = []
  for (const [at, relation] of chain.relations.entries()) {
    const [a, b] = [sides[at], sides[at + 1]]
    if (!a || !b) continue
    if (
      at === chain.relations.length - 1 &&
      b.end === segment.start + segment.text.trimEnd().length &&
      goesOn.test(behind)
    )
      continue
    // In a sentence, `3 apples = …` is no sum that could be wrong.
    if (isProse && at === 0 && !isOperated(a.expression)) continue
    const verdict = judge(a, b, relation, state, chain.relations.length === 1)
    if (relation === '≈') noteRounded(b, rounded)
    if (verdict?.status !== 'different') continue
    broken.push({
      holds: false,
      text: segment.text.slice(a.start - segment.start, b.end - segment.start),
      start: a.start,
      end: b.end,
      ...(verdict.difference && {
        left: formatApprox(verdict.difference.left),
        right: formatApprox(verdict.difference.right),
      }),
    })
  }
  return broken
}

const hasThousands = /\d,[1-9]\d\d(?!\d)/

function checkSegment(segment: Segment, rounded: Set<string>, behind: string, hasCommaLists: boolean): BrokenStep[] {
  const tokens = tokenise(segment.text, { isProse: segment.kind === 'prose', hasCommaLists })
  if (!tokens) return []
  const chains = segment.kind === 'prose' ? toProseChains(tokens) : toChains(tokens)
  return chains.flatMap((chain) => checkChain(chain, segment, rounded, behind))
}

/** The steps of an answer that can be shown not to hold. What cannot be read is passed over. */
export function findBrokenSteps(answer: string): BrokenStep[] {
  const rounded = new Set<string>()
  const check = (segment: Segment) => {
    const end = segment.start + segment.text.length
    const behind = answer.slice(end, end + 12)
    const broken = checkSegment(segment, rounded, behind, false)
    // 1,234 may be two numbers: a step is broken only where it is in both readings.
    if (broken.length === 0 || segment.kind === 'prose' || !hasThousands.test(segment.text)) return broken
    const others = checkSegment(segment, rounded, behind, true)
    return broken.filter((step) => others.some((other) => other.start < step.end && step.start < other.end))
  }
  return toSegments(answer)
    .flatMap((segment) => toLines(segment).flatMap((line) => limitWork(workPerFormula, () => check(line), [])))
    .filter((step) => !isDoubted(answer, step.start, step.end))
}

const listMark = /^\s*(?:[-*+•>]\s+|\(?\d{1,2}[.)]\s+)+/

/** Text line by line: a sum ends where its line does. */
function toLines(segment: Segment): Segment[] {
  if (segment.kind === 'formula') return [segment]
  let { start } = segment
  return segment.text.split('\n').map((text) => {
    const line: Segment = { kind: 'prose', text: text.replace(listMark, (mark) => ' '.repeat(mark.length)), start }
    start += text.length + 1
    return line
  })
}
