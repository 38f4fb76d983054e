import { toSegments, type Segment } from './segments.ts'
import { readBraces } from './tokenise.ts'

/** A final answer as it stands: its text without delimiters, and where. */
export type FinalAnswer = { text: string; start: number; end: number }

const joining = /^[\s,，、;；.。]*(?:or|and|或者?|和|与|及|以及|且|,|，|;)?[\s,，、;；]*$/i

function findBoxes(answer: string): FinalAnswer[] {
  const boxes: FinalAnswer[] = []
  for (let at = answer.indexOf('\\boxed'); at !== -1; at = answer.indexOf('\\boxed', at + 6)) {
    const braces = readBraces(answer, at + '\\boxed'.length)
    if (braces) boxes.push({ text: braces.inner, start: braces.start, end: braces.end - 1 })
  }
  return boxes
}

/** Delimiters and words that join, between two parts of one answer. */
const isJoint = (text: string) => joining.test(text.replace(/\\[()[\]]|\$|\\text\s*\{([^}]*)\}|\\quad|\\,/g, ' $1 '))

/** `\boxed{2} or \boxed{3}`: the last box with those it is joined to, and a name before it. */
function fromBoxes(answer: string, boxes: readonly FinalAnswer[]): FinalAnswer | undefined {
  const last = boxes.at(-1)
  if (!last) return undefined
  const parts = [last]
  const joints = ['']
  for (let at = boxes.length - 2; at >= 0; at -= 1) {
    const [box, first] = [boxes[at], parts[0]]
    if (!box || !first) break
    const between = answer.slice(box.end + 1, first.start - '\\boxed{'.length)
    if (!isJoint(between) || /\n\s*\n/.test(between)) break
    parts.unshift(box)
    joints.unshift(/or|或/.test(between) ? ' \\text{ or } ' : ' , ')
  }
  const [first] = parts
  if (!first) return undefined
  const name =
    /([A-Za-z](?:_\{?\w+\}?)?(?:\([a-z]\))?\s*=)\s*$/.exec(
      answer.slice(Math.max(0, first.start - 40), first.start - '\\boxed{'.length),
    )?.[1] ?? ''
  return {
    text: `${name}${parts.map(({ text }, at) => `${text}${joints[at] ?? ''}`).join('')}`,
    start: first.start,
    end: last.end,
  }
}

const label =
  /(?:【答案】|(?:^|[\n。.！!])[^\S\n]*(?:\*\*)?(?:答案?|最终答案|答案是|故答案为|所以答案[是为]|final answer|the (?:final )?answer is|answer)(?:\*\*)?\s*(?:[:：是为]|(?<=is))(?:\*\*)?)\s*/gi

/** Behind a label, to the end of its line. */
function fromLabel(answer: string): FinalAnswer | undefined {
  const match = [...answer.matchAll(label)].at(-1)
  if (!match) return undefined
  const start = match.index + match[0].length
  const line = (answer.slice(start).split('\n')[0] ?? '').split(/(?<=[^.])\. +(?=[A-Z][a-z ])/)[0] ?? ''
  return line.trim() === '' ? undefined : { text: line, start, end: start + line.length }
}

const claims = /[=≈∈<>≤≥]|\\(?:approx|in|le|ge|leq|geq|leqslant|geqslant)\b/

/** The last formula that says of something what it is. */
function fromLastClaim(segments: readonly Segment[]): FinalAnswer | undefined {
  const formula = segments.findLast(({ kind, text }) => kind === 'formula' && claims.test(text))
  return formula && { text: formula.text, start: formula.start, end: formula.start + formula.text.length }
}

/** A line that is nothing but an answer. */
function fromShort(answer: string): FinalAnswer | undefined {
  const text = answer.trim()
  const start = answer.indexOf(text)
  return text.length > 0 && text.length < 300 && !/\n\s*\n/.test(text)
    ? { text, start, end: start + text.length }
    : undefined
}

/** Where an answer says what comes out: in the last box or behind the last label, else in the last formula that claims something. */
export function findFinalAnswer(answer: string): FinalAnswer | undefined {
  const [box, labelled] = [fromBoxes(answer, findBoxes(answer)), fromLabel(answer)]
  if (box && labelled) return labelled.start > box.end ? labelled : box
  return box ?? labelled ?? fromLastClaim(toSegments(answer)) ?? fromShort(answer)
}

/**
 * A value out of a short text that may have delimiters and words around: `Therefore $x \geq 5$ is the solution.` Words
 * that join stay, as those between `$2$ or $3$`. Undefined where several things may be meant.
 */
export function toValueText(text: string): string | undefined {
  const boxes = findBoxes(text)
  const found = boxes.length > 0 || text.includes('\n') || text.length > 60 ? findFinalAnswer(text) : undefined
  if (
    boxes.length > 1 &&
    boxes.some(({ start }) => found && start < found.start) &&
    new Set(boxes.map((box) => box.text)).size > 1
  ) {
    if (!/\n\s*\n/.test(text)) return undefined
  }
  const plain = found && boxes.length > 0 ? found.text : text
  if (!/\$|\\[([]/.test(plain)) return plain
  const segments = toSegments(plain)
  const formulas = segments.filter(({ kind }) => kind === 'formula')
  if (formulas.length === 0) return plain
  const isWhole = segments.every(({ kind, text: part }) => kind === 'formula' || isJoint(part))
  if (isWhole) {
    return segments
      .map(({ kind, text: part }) =>
        kind === 'formula' ? part : /[a-z或和与及且]/i.test(part) ? ` \\text{${part.trim()}} ` : part,
      )
      .join('')
  }
  const [formula] = formulas
  const isAmongNumbers = segments.some(({ kind, text: part }) => kind === 'prose' && /\d/.test(part))
  return formulas.length === 1 && formula && !isAmongNumbers && !/^\s*[a-zA-Z]\s*$/.test(formula.text)
    ? formula.text
    : undefined
}
