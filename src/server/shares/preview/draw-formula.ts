import type { Node } from '@takumi-rs/core'
import { toMathTree, type MathNode } from '../../../shared/markdown/to-mathml.ts'
import { column, row, text } from './layout.ts'

/** How many lines high a piece stands, roughly: for roots and brackets around it. */
type Drawn = { node: Node; lines: number }

const scriptScale = 0.7
const family = 'KaTeX_Main, KaTeX_AMS, Noto Sans SC'
const spaced = /^[=<>≤≥≠≈≡∼±∓×÷·⋅→⇒⇔←↔∈∉⊂⊆∪∩∧∨⊥∥+−-]$/
const punctuation = /^[,;，；]$/
const tall = /^[()[\]{}|∣⟨⟩⌊⌋⌈⌉√]$/
const sums = /^[∑∏⋃⋂]$/
const integrals = /^[∫∬∮]$/

const allText = (node: MathNode | undefined): string =>
  node === undefined
    ? ''
    : (node.text ?? (node.character !== undefined ? '' : (node.children ?? []).map(allText).join('')))

const blank = (width: number): Drawn => ({ node: column([], { width: `${width}em` }), lines: 1 })

/** A sign as high as what stands beside it. */
const stretch = (sign: string, lines: number): Node =>
  text(sign, lines > 1.2 ? { fontSize: `${Math.min(lines, 4)}em`, lineHeight: 1, fontWeight: 400 } : {})

function drawSign(node: MathNode): Drawn {
  const sign = allText(node).replace(/[\u2061-\u2064]/g, '')
  if (sign === '') return blank(0.15)
  if (sums.test(sign)) return { node: text(sign, { fontFamily: 'KaTeX_Size1' }), lines: 1.2 }
  if (integrals.test(sign)) return { node: text(sign, { fontFamily: 'KaTeX_Size1', marginRight: '0.2em' }), lines: 1.4 }
  if (spaced.test(sign)) return { node: text(sign, { marginLeft: '0.25em', marginRight: '0.25em' }), lines: 1 }
  if (punctuation.test(sign)) return { node: text(sign, { marginRight: '0.2em' }), lines: 1 }
  return { node: text(sign), lines: 1 }
}

/** Side by side; brackets among them grow with the highest. */
function drawRow(children: MathNode[]): Drawn {
  const drawn = children.map(draw)
  const lines = Math.max(1, ...drawn.map((each) => each.lines))
  const nodes = drawn.map(({ node }, index) => {
    const child = children[index]
    const sign = child?.type === 'mo' && child.attributes?.['stretchy'] !== 'false' ? allText(child) : ''
    if (tall.test(sign)) return stretch(sign, lines)
    // A sign with nothing before it belongs to what follows.
    const isPrefix =
      index === 0 || (children[index - 1]?.type === 'mo' && !/[)\]}|!′]/.test(allText(children[index - 1])))
    return isPrefix && child?.type === 'mo' && spaced.test(allText(child)) ? text(allText(child)) : node
  })
  return { node: row(nodes), lines }
}

function drawScripts(base: MathNode | undefined, below: MathNode | undefined, above: MathNode | undefined): Drawn {
  const core = drawRow(base ? [base] : [])
  const small = (node: MathNode) => row([drawRow([node]).node], { fontSize: `${scriptScale}em`, lineHeight: 1 })
  const gap = `${0.55 * core.lines}em`
  const scripts =
    above && below
      ? column([small(above), small(below)], { justifyContent: 'space-between', gap: `${0.25 * core.lines}em` })
      : above
        ? column([small(above)], { marginBottom: gap })
        : column(below ? [small(below)] : [], { marginTop: gap })
  return { node: row([core.node, scripts]), lines: core.lines + 0.2 }
}

function drawStacked(base: MathNode | undefined, below: MathNode | undefined, above: MathNode | undefined): Drawn {
  const core = drawRow(base ? [base] : [])
  const small = (node: MathNode | undefined) =>
    node ? [row([drawRow([node]).node], { fontSize: `${scriptScale}em`, lineHeight: 1 })] : []
  const node = column([...small(above), core.node, ...small(below)], { alignItems: 'center', marginRight: '0.15em' })
  return { node, lines: core.lines + (above ? 0.7 : 0) + (below ? 0.7 : 0) }
}

function drawAccent(base: MathNode | undefined, mark: MathNode): Drawn {
  const core = drawRow(base ? [base] : [])
  const sign = allText(mark).trim()
  if (/^[‾ˉ¯―_]$/.test(sign)) {
    return { node: row([core.node], { borderTop: '0.06em solid currentColor' }), lines: core.lines }
  }
  const over = text(sign === '⃗' ? '→' : sign, { fontSize: '0.65em', lineHeight: 0.6 })
  return { node: column([over, core.node], { alignItems: 'center' }), lines: core.lines + 0.2 }
}

function drawTable(node: MathNode): Drawn {
  const rows = (node.children ?? []).map((line) => (line.children ?? []).map((cell) => drawRow(cell.children ?? [])))
  const width = Math.max(0, ...rows.map((cells) => cells.length))
  const columns = Array.from({ length: width }, (_, at) =>
    column(
      rows.map((cells) => row([cells[at]?.node ?? blank(0).node], { height: `${heightOf(cells)}em` })),
      { alignItems: node.attributes?.['columnalign']?.split(' ')[at] === 'right' ? 'flex-end' : 'center' },
    ),
  )
  const isAligned = node.attributes?.['columnalign']?.startsWith('right') === true
  const lines = rows.reduce((sum, cells) => sum + heightOf(cells) / 1.35, 0)
  return { node: row(columns, { gap: isAligned ? '0' : '0.7em' }), lines }
}
const heightOf = (cells: Drawn[]) => 1.35 * Math.max(1, ...cells.map(({ lines }) => lines))

function draw(node: MathNode): Drawn {
  if (node.text !== undefined) return { node: text(node.text), lines: 1 }
  if (node.character !== undefined) return blank(0.2)
  const children = node.children ?? []
  const [first, second, third] = children
  switch (node.type) {
    case 'annotation':
    case 'mphantom':
      return blank(0)
    case 'mi': {
      const name = allText(node)
      const isUpright = node.attributes?.['mathvariant'] === 'normal' || [...name].length > 1
      if (isUpright) return { node: text(name, { marginRight: /^[a-z]{2,}$/.test(name) ? '0.12em' : '0' }), lines: 1 }
      return { node: text(name, { fontFamily: `KaTeX_Math, ${family}` }), lines: 1 }
    }
    case 'mo':
      return drawSign(node)
    case 'mfrac': {
      const [above, below] = [drawRow(first ? [first] : []), drawRow(second ? [second] : [])]
      const bar = column([], { height: '0.06em', width: '100%', backgroundColor: 'currentColor' })
      const part = (drawn: Drawn) => row([drawn.node], { paddingLeft: '0.12em', paddingRight: '0.12em' })
      return {
        node: column([part(above), bar, part(below)], { alignItems: 'center', fontSize: '0.86em', lineHeight: 1.15 }),
        lines: (above.lines + below.lines) * 0.9,
      }
    }
    case 'msqrt':
    case 'mroot': {
      const body = node.type === 'msqrt' ? drawRow(children) : drawRow(first ? [first] : [])
      const index =
        node.type === 'mroot' && second
          ? [row([drawRow([second]).node], { fontSize: '0.5em', marginBottom: '0.9em' })]
          : []
      const style = { borderTop: '0.06em solid currentColor', paddingLeft: '0.08em', marginTop: '0.14em' }
      const under = row([body.node], { ...style, lineHeight: 1.06 })
      return { node: row([...index, stretch('√', body.lines), under]), lines: body.lines }
    }
    case 'msup':
      return drawScripts(first, undefined, second)
    case 'msub':
      return drawScripts(first, second, undefined)
    case 'msubsup':
      return drawScripts(first, second, third)
    case 'mover':
      if (node.attributes?.['accent'] === 'true' && second) return drawAccent(first, second)
      return drawStacked(first, undefined, second)
    case 'munder':
      return drawStacked(first, second, undefined)
    case 'munderover':
      return drawStacked(first, second, third)
    case 'mtable':
      return drawTable(node)
    case 'menclose': {
      const body = drawRow(children)
      const style = { border: '0.06em solid currentColor', borderRadius: '0.2em', padding: '0.1em 0.35em' }
      return { node: row([body.node], style), lines: body.lines + 0.3 }
    }
    default:
      return drawRow(children)
  }
}

/** A formula as boxes; its source where KaTeX does not know it. */
export function drawFormula(tex: string, isDisplay: boolean): Node {
  const tree = toMathTree(tex, isDisplay)
  if (!tree) return text(tex, { whiteSpace: 'normal' })
  // Their faces stand higher and smaller than those of the text around.
  return row([draw(tree).node], { fontFamily: family, fontSize: '1.14em', marginTop: '0.16em', lineHeight: 1.2 })
}
