import type { Value } from './value.ts'

const empty =
  /^(?:there (?:is|are) )?(?:the equation has )?(?:no (?:real |valid )?(?:solutions?|roots?|answer)|none|has no solutions?|empty set|the empty set|无(?:实数)?(?:解|根|实根|实数根)|不存在|没有(?:实数)?解|空集|∅|does not exist|dne|\\(?:varnothing|emptyset))$/i
const everything =
  /^(?:all (?:the )?(?:real numbers?|reals|values)|any real number|every real number|(?:x\s*(?:\\in|∈)\s*)?(?:\\mathbb\{?R\}?|\\mathbf\{?R\}?|ℝ|R)|任意实数|全体实数|一切实数|所有实数)$/i

const opposites: Record<string, string> = {
  true: 'yes', yes: 'yes', correct: 'yes', 正确: 'yes', 对: 'yes', 是: 'yes', '√': 'yes', '✓': 'yes',
  false: 'no', no: 'no', incorrect: 'no', 错误: 'no', 错: 'no', 否: 'no', 不正确: 'no', '✗': 'no',
} // prettier-ignore

/** Text without the commands that only style it. */
export const withoutStyle = (text: string) =>
  text
    .replace(/\\(?:text|textbf|mathrm|mbox|mathbf|textrm|textit|boldsymbol|operatorname)\s*\{([^{}]*)\}/g, '$1')
    .replace(/\\[ ,;:!]|~|\\(?:quad|qquad)/g, ' ')
    .replace(/\*\*/g, '')
    .trim()
    .replace(/[.。,，;；]$/, '')
    .trim()

/** Answers that are words: no solution, all real numbers, the letter of a choice, yes or no, a time. */
export function parseWords(text: string): Value | undefined {
  const plain = withoutStyle(text)
    .replace(/^\$+|\$+$/g, '')
    .trim()
  if (/^\d{1,2}:\d\d$/.test(plain)) return { kind: 'words', text: plain }
  if (empty.test(plain)) return { kind: 'empty' }
  if (everything.test(plain)) return { kind: 'everything' }
  const choice = /^[([（]?([A-H])[)\]）]?(?:[.．、:：)](?!\d).*)?$/s.exec(plain)
  if (choice) return { kind: 'choice', letters: choice[1] ?? '' }
  if (
    /^[A-E](?:\s*[,，、]?\s*[A-E]){1,4}$/.test(plain) &&
    /^[A-E,，、\s]+$/.test(plain) &&
    new Set(plain.replace(/[^A-E]/g, '')).size > 1
  ) {
    const letters = plain.replace(/[^A-E]/g, '')
    if ([...letters].every((letter, at) => at === 0 || letter > (letters[at - 1] ?? '')))
      return { kind: 'choice', letters }
  }
  const known = opposites[plain.toLowerCase()]
  return known === undefined ? undefined : { kind: 'words', text: known }
}
