import { toMathTree, type MathNode } from '../../../shared/markdown/to-mathml.ts'
import { escapeHtml } from '../../../shared/markdown/to-html.ts'

const big = /^[∑∏∐∫∬∭∮⋃⋂⨁⨂⋁⋀]$/
const accents = /^(?:[\^~¯ˉˇ˘˙¨→←´`ˊˋ]|\u20d7)$/

const textOf = (node: MathNode | undefined): string =>
  node === undefined ? '' : (node.text ?? node.character ?? (node.children ?? []).map(textOf).join(''))

const run = (text: string, isPlain: boolean) =>
  text === ''
    ? ''
    : `<m:r>${isPlain ? '<m:rPr><m:sty m:val="p"/></m:rPr>' : ''}<m:t xml:space="preserve">${escapeHtml(text)}</m:t></m:r>`

const part = (name: string, content: string) => `<m:${name}>${content}</m:${name}>`
const value = (name: string, val: string) => `<m:${name} m:val="${escapeHtml(val)}"/>`
const toPart = (name: string, node: MathNode | undefined) => part(name, node === undefined ? '' : toMath(node))

/** What a big operator works on stands behind it; Word wants it inside. */
function toNary(
  operator: MathNode,
  sub: MathNode | undefined,
  sup: MathNode | undefined,
  body: string,
  isUnder: boolean,
) {
  const hide = (name: string, node: MathNode | undefined) => (node === undefined ? value(name, '1') : '')
  const properties = part(
    'naryPr',
    `${value('chr', textOf(operator))}${value('limLoc', isUnder ? 'undOvr' : 'subSup')}${hide('subHide', sub)}${hide('supHide', sup)}`,
  )
  return part('nary', `${properties}${toPart('sub', sub)}${toPart('sup', sup)}${part('e', body)}`)
}

function toScript({ type, children = [] }: MathNode): string {
  const [base, first, second] = children
  if (type === 'msup') return part('sSup', toPart('e', base) + toPart('sup', first))
  if (type === 'msub') return part('sSub', toPart('e', base) + toPart('sub', first))
  return part('sSubSup', toPart('e', base) + toPart('sub', first) + toPart('sup', second))
}

function toStacked({ type, children = [] }: MathNode): string {
  const [base, first, second] = children
  const mark = textOf(first)
  if (type === 'mover' && accents.test(mark)) {
    return part('acc', part('accPr', value('chr', mark)) + toPart('e', base))
  }
  if (type === 'mover' && /^[‾¯―]$/.test(mark))
    return part('bar', part('barPr', value('pos', 'top')) + toPart('e', base))
  if (type === 'mover') return part('limUpp', toPart('e', base) + toPart('lim', first))
  const lower = part('limLow', toPart('e', base) + toPart('lim', first))
  return type === 'munder' ? lower : part('limUpp', part('e', lower) + toPart('lim', second))
}

function toTable({ children = [] }: MathNode): string {
  const rows = children.map((row) => part('mr', (row.children ?? []).map((cell) => toPart('e', cell)).join('')))
  const columns = Math.max(1, ...children.map((row) => row.children?.length ?? 0))
  const shape = part('mcs', part('mc', part('mcPr', value('count', String(columns)) + value('mcJc', 'center'))))
  return part('m', part('mPr', shape) + rows.join(''))
}

const isOperator = (node: MathNode | undefined) => node !== undefined && big.test(textOf(node))
const isScripted = ({ type = '' }: MathNode) => /^m(sub|sup|subsup|under|over|underover)$/.test(type)

/** A node before what its siblings came to; a big operator takes that into itself. */
function toBefore(node: MathNode, rest: string): string {
  const base = isScripted(node) ? node.children?.[0] : node
  if (base === undefined || !isOperator(base)) return toMath(node) + rest
  const [, first, second] = node.children ?? []
  const type = isScripted(node) ? (node.type ?? '') : ''
  const isUpper = type === 'msup' || type === 'mover'
  return toNary(base, isUpper ? undefined : first, isUpper ? first : second, rest, /under|over/.test(type))
}

/** Siblings in their order. */
const toRow = (nodes: MathNode[]): string => nodes.reduceRight((rest, node) => toBefore(node, rest), '')

const isFence = (node: MathNode | undefined) => node?.type === 'mo' && node.attributes?.['fence'] === 'true'

/** Brackets that grow with what they hold; one of them may be missing. */
function toDelimited(nodes: MathNode[]): string | undefined {
  const opens = isFence(nodes[0])
  const closes = nodes.length > 1 && isFence(nodes.at(-1))
  if (nodes.length < 2 || (!opens && !closes)) return undefined
  const inner = nodes.slice(opens ? 1 : 0, closes ? -1 : undefined)
  if (inner.some(isFence)) return undefined
  const mark = (has: boolean, node: MathNode | undefined) => (has ? textOf(node) : '')
  const properties = value('begChr', mark(opens, nodes[0])) + value('endChr', mark(closes, nodes.at(-1)))
  return part('d', part('dPr', properties) + part('e', toRow(inner)))
}

/** MathML as KaTeX makes it, as Word's own equations. */
function toMath(node: MathNode): string {
  const children = node.children ?? []
  // KaTeX stacks symbols within an operator.
  const holdsElements = children.some(({ type }) => type !== undefined)
  switch (node.type) {
    case undefined:
      return run(textOf(node), false)
    case 'mi':
      if (holdsElements) return toRow(children)
      return run(textOf(node), textOf(node).length > 1 || node.attributes?.['mathvariant'] === 'normal')
    case 'mn':
    case 'mo':
    case 'mtext':
    case 'mspace':
      return holdsElements ? toRow(children) : run(textOf(node), node.type !== 'mn')
    case 'mfrac': {
      const isBare = node.attributes?.['linethickness'] === '0px'
      const properties = isBare ? part('fPr', value('type', 'noBar')) : ''
      return part('f', properties + toPart('num', children[0]) + toPart('den', children[1]))
    }
    case 'msqrt':
      return part('rad', `${part('radPr', value('degHide', '1'))}${part('deg', '')}${part('e', toRow(children))}`)
    case 'mroot':
      return part('rad', `${toPart('deg', children[1])}${toPart('e', children[0])}`)
    case 'msup':
    case 'msub':
    case 'msubsup':
      return isOperator(children[0]) ? toRow([node]) : toScript(node)
    case 'mover':
    case 'munder':
    case 'munderover':
      return isOperator(children[0]) ? toRow([node]) : toStacked(node)
    case 'mtable':
      return toTable(node)
    case 'menclose':
      return part('borderBox', part('e', toRow(children)))
    case 'annotation':
      return ''
    default:
      return toDelimited(children) ?? toRow(children)
  }
}

/** A formula as `m:oMath`, or `undefined` where it is none KaTeX knows. */
export function toOmml(tex: string, isDisplay: boolean): string | undefined {
  const tree = toMathTree(tex, isDisplay)
  return tree && part('oMath', toMath(tree))
}
