import { toMathTree, type MathNode } from './to-mathml.ts'

const superscripts = new Map(
  [...'0123456789+-−=()nix'].map((char, index) => [char, [...'⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱˣ'][index] ?? '']),
)
superscripts.set('∘', '°')
const subscripts = new Map(
  [...'0123456789+-−=()aehijklmnoprstuvx'].map((char, index) => [
    char,
    [...'₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ'][index] ?? '',
  ]),
)
/** Accents that stand over one letter as a combining mark. */
const marks = new Map([
  ['→', '\u20d7'],
  ['⃗', '\u20d7'],
  ['^', '\u0302'],
  ['ˉ', '\u0304'],
  ['¯', '\u0304'],
  ['‾', '\u0304'],
  ['~', '\u0303'],
  ['˙', '\u0307'],
  ['¨', '\u0308'],
])
const spaced = /^[=<>≤≥≠≈≡∼±∓×÷·→⇒⇔←↔∈∉⊂⊆∪∩∧∨+−]$/

const isSingle = (text: string) => /^(?:[\p{L}\p{N}]+|[\p{L}\p{N}][\p{M}′]*|.)$/u.test(text)
const bracket = (text: string) => (isSingle(text) ? text : `(${text})`)

function toScript(script: string, known: Map<string, string>, sign: string): string {
  const text = script.replace(/\s/g, '')
  const chars = [...text]
  if (chars.length > 0 && chars.every((char) => known.has(char))) return chars.map((char) => known.get(char)).join('')
  return `${sign}${bracket(text)}`
}

/** Text set lower or higher in a line. */
export const toSubscript = (text: string) => toScript(text, subscripts, '_')
export const toSuperscript = (text: string) => (text.startsWith('[') ? text : toScript(text, superscripts, '^'))

function toText(node: MathNode): string {
  if (node.text !== undefined) return node.text
  if (node.character !== undefined) return ' '
  const children = (node.children ?? []).map(toText)
  const [start = '', second = '', third = ''] = children
  const first = node.type === 'mrow' ? start : start.trimEnd()
  // After a sum, a limit and the like with its bounds the body begins.
  const gap = /^(?:[∑∏∫∬∮⋃⋂]|[a-z]{2,})$/.test(first) ? ' ' : ''
  switch (node.type) {
    case 'annotation':
    case 'mphantom':
      return ''
    case 'mo': {
      const text = children
        .join('')
        .replace('\u2061', ' ')
        .replace(/[\u2062-\u2064]/g, '')
      return spaced.test(text) && node.attributes?.['stretchy'] !== 'true' ? ` ${text} ` : text
    }
    case 'mfrac':
      return `${bracket(first)}/${bracket(second.trim())}`
    case 'msqrt':
      return `√${bracket(children.join('').trim())}`
    case 'mroot':
      return `${second === '2' ? '' : toScript(second, superscripts, '')}√${bracket(first)}`
    case 'msup':
      return `${first}${/^′+$/.test(second) ? second : toScript(second, superscripts, '^')}`
    case 'msub':
      return `${first}${toScript(second, subscripts, '_')}${gap}`
    case 'msubsup':
      return `${first}${toScript(second, subscripts, '_')}${toScript(third, superscripts, '^')}${gap}`
    case 'mover': {
      const mark = marks.get(second.trim())
      return mark !== undefined && [...first].length === 1 ? `${first}${mark}` : first
    }
    case 'munder':
      return `${first}${toScript(second, subscripts, '_')} `
    case 'munderover':
      return `${first}${toScript(second, subscripts, '_')}${toScript(third, superscripts, '^')} `
    case 'mtable':
      return children.join('; ')
    case 'mtr':
      return children.filter((text) => text.trim() !== '').join(' ')
    default:
      return children.join('')
  }
}

/** A formula as a line of plain characters; its source where KaTeX does not know it. */
export function toFormulaText(tex: string): string {
  const tree = toMathTree(tex, false)
  return tree ? toText(tree).replace(/\s+/g, ' ').trim() : tex
}
