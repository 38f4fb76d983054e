import { memo, type ReactNode } from 'react'
import ReactMarkdown, { type Components } from 'react-markdown'
import remarkCjkFriendly from 'remark-cjk-friendly'
import remarkGfm from 'remark-gfm'
import { closeTail } from './close-tail.ts'
import { Formula } from './formula.tsx'
import { isCostly } from './is-costly.ts'
import { remarkMathDialects } from './remark-math-dialects.ts'
import { splitBlocks } from './split-blocks.ts'
import 'katex/dist/katex.min.css'
import './markdown.css'

export type Labels = { table: string; formula: string; badFormula: string }

const plugins = [remarkGfm, remarkCjkFriendly, remarkMathDialects]

const isSafe = (href: string | undefined) => href !== undefined && /^(https?:|mailto:)/i.test(href)

const toText = (children: ReactNode): string =>
  typeof children === 'string' ? children : Array.isArray(children) ? children.map(toText).join('') : ''

const createComponents = (labels: Labels): Components => ({
  a: ({ href, children }) =>
    isSafe(href) ? (
      <a href={href} title={href} target="_blank" rel="noopener noreferrer">
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
  // A picture would make the reader's browser call somebody else's server.
  img: ({ alt, src }) =>
    isSafe(src) ? (
      <a href={src} title={src} target="_blank" rel="noopener noreferrer">
        {alt || src}
      </a>
    ) : (
      <span>{alt}</span>
    ),
  table: ({ children }) => (
    <div className="md-scroller" role="group" aria-label={labels.table} tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
  pre: ({ children, node }) => {
    const first = node?.children[0]
    const classes = first?.type === 'element' ? first.properties['className'] : undefined
    return Array.isArray(classes) && classes.includes('math-display') ? (
      <>{children}</>
    ) : (
      <pre tabIndex={0}>{children}</pre>
    )
  },
  code: ({ className, children }) => {
    if (className?.includes('language-math') !== true) return <code className={className}>{children}</code>
    return <Formula tex={toText(children).trim()} isDisplay={className.includes('math-display')} labels={labels} />
  },
})

const components = new WeakMap<Labels, Components>()
function componentsOf(labels: Labels): Components {
  const known = components.get(labels) ?? createComponents(labels)
  components.set(labels, known)
  return known
}

const Block = memo(function Block({ text, isGrowing, labels }: { text: string; isGrowing: boolean; labels: Labels }) {
  if (isCostly(text)) return <p className="md-plain">{text.trim()}</p>
  return (
    <ReactMarkdown remarkPlugins={plugins} components={componentsOf(labels)}>
      {isGrowing ? closeTail(text) : text}
    </ReactMarkdown>
  )
})

/** Model text as Markdown with formulas. Finished blocks are parsed once; only the growing end is worked on again. */
export function Markdown({ text, isStreaming, labels }: { text: string; isStreaming: boolean; labels: Labels }) {
  const blocks = splitBlocks(text)
  const last = blocks.length - 1
  return (
    <div className="md">
      {blocks.map((block, index) => (
        <div key={index} className="md-block">
          <Block text={block} isGrowing={isStreaming && index === last} labels={labels} />
        </div>
      ))}
    </div>
  )
}
