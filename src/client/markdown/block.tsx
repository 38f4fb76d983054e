import { memo, type ReactNode } from 'react'
import ReactMarkdown, { type Components } from 'react-markdown'
import type { FormulaNode } from '../../shared/markdown/formula-syntax.ts'
import { separateFences } from '../../shared/markdown/fences.ts'
import { remarkLinks } from '../../shared/markdown/settle-links.ts'
import type { Block } from '../../shared/markdown/split-blocks.ts'
import { CodeBlock } from './code-block.tsx'
import { Formula, GrowingContext } from './formula.tsx'
import { holdEnd } from './hold-back-end.ts'
import { toShownCode } from './to-shown-code.ts'
import { remarkDefinitions, type Definitions } from '../../shared/markdown/definitions.ts'
import { isTooExpensive } from '../../shared/markdown/is-too-expensive.ts'
import { isSafeUrl } from '../../shared/markdown/is-safe-url.ts'
import type { Labels } from './labels.ts'
import { growingPlugins, wholePlugins } from './plugins.ts'
import type { Viewport } from './viewport.ts'

export type Kit = { labels: Labels; viewport: Viewport; components: Components }

const toText = (children: ReactNode): string =>
  typeof children === 'string' ? children : Array.isArray(children) ? children.map(toText).join('') : ''

function Link({ href, children }: { href: string | undefined; children: ReactNode }) {
  return href !== undefined && isSafeUrl(href) ? (
    <a href={href} title={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  ) : (
    <span>{children}</span>
  )
}

const rehypeOptions: Parameters<typeof ReactMarkdown>[0]['remarkRehypeOptions'] = {
  handlers: {
    formula: (_state, { value, isDisplay, isPending }: FormulaNode) => ({
      type: 'element',
      tagName: 'math',
      properties: { tex: value, isDisplay, isPending },
      children: [],
    }),
  },
}

/** How each element of the text is shown. */
export function createKit(labels: Labels, viewport: Viewport): Kit {
  const components: Components & { math: Components['span'] } = {
    a: ({ href, children }) => <Link href={href}>{children}</Link>,
    table: ({ children }) => (
      <div className="md-scroller" role="group" aria-label={labels.table} tabIndex={0}>
        <table>{children}</table>
      </div>
    ),
    pre: ({ node }) => {
      const code = node?.children[0]
      const [text] = code?.type === 'element' ? code.children : []
      const classes = code?.type === 'element' ? code.properties['className'] : undefined
      const [name = ''] = Array.isArray(classes) ? classes : []
      return (
        <CodeBlock
          code={text?.type === 'text' ? text.value.replace(/\n$/, '') : ''}
          language={String(name).replace('language-', '')}
          labels={labels}
        />
      )
    },
    math: ({ node }) => {
      const { tex, isDisplay, isPending } = node?.properties ?? {}
      return (
        <Formula
          tex={String(tex)}
          isDisplay={isDisplay === true}
          isPending={isPending === true}
          labels={labels}
          viewport={viewport}
        />
      )
    },
    code: ({ children }) => <code>{toText(children)}</code>,
  }
  return { labels, viewport, components }
}

type Props = {
  block: Block
  definitions: Definitions
  isGrowing: boolean
  renderContext: Kit
}

export const BlockView = memo(function BlockView({ block, definitions, isGrowing, renderContext }: Props) {
  const { text, code } = block
  // A block that is nothing but code needs no parser, however long it grows.
  if (code && code.language !== 'math') {
    return (
      <GrowingContext value={isGrowing}>
        <CodeBlock code={toShownCode(text, code, isGrowing)} language={code.language} labels={renderContext.labels} />
      </GrowingContext>
    )
  }
  if (isTooExpensive(text)) return <p className="md-plain">{text.trim()}</p>
  return (
    <GrowingContext value={isGrowing}>
      <ReactMarkdown
        remarkPlugins={[
          ...(isGrowing ? growingPlugins : wholePlugins),
          [remarkDefinitions, definitions],
          [remarkLinks, { isGrowing }],
        ]}
        remarkRehypeOptions={rehypeOptions}
        components={renderContext.components}
      >
        {separateFences(isGrowing ? holdEnd(text) : text)}
      </ReactMarkdown>
    </GrowingContext>
  )
})
