import { mathFromMarkdown } from 'mdast-util-math'
import { math } from 'micromark-extension-llm-math'
import type { Processor } from 'unified'
import { dollarMath } from './dollar-math.ts'

type Node = {
  type: string
  value?: string
  children?: Node[]
  position?: { start: { offset?: number }; end: { offset?: number } }
  data?: { hProperties?: { className?: string[] } }
}

/** Math in every delimiter models use, as tokens of the parser; display delimiters inside a paragraph stay display. */
export function remarkMathDialects(this: Processor) {
  const data = this.data() as Record<string, unknown[] | undefined>
  ;(data['micromarkExtensions'] ??= []).push(math({ singleDollarTextMath: false }), dollarMath)
  ;(data['fromMarkdownExtensions'] ??= []).push(mathFromMarkdown())
  return (tree: Node, file: { value: unknown }) => {
    const source = String(file.value)
    const walk = (node: Node) => {
      if (node.type === 'inlineMath') {
        const slice = source.slice(node.position?.start.offset ?? 0, (node.position?.start.offset ?? 0) + 2)
        if (slice === '$$' || slice === '\\[') {
          node.data = { ...node.data, hProperties: { className: ['language-math', 'math-display'] } }
        }
      }
      // Other HTML stays text; this much of it models write in tables.
      if (node.type === 'html' && /^<br\s*\/?>$/i.test(node.value ?? '')) node.type = 'break'
      node.children?.forEach(walk)
    }
    walk(tree)
  }
}
