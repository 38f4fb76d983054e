import type { ElementContent } from 'hast'
import { use, useEffect, useState, type ReactNode } from 'react'
import { CopyButton } from '../ui/copy-button.tsx'
import { GrowingContext } from './formula.tsx'
import type { Labels } from './labels.ts'

function toReact(nodes: ElementContent[]): ReactNode[] {
  return nodes.map((node, index) => {
    if (node.type === 'text') return node.value
    if (node.type !== 'element') return null
    const classes = node.properties['className']
    return (
      <span key={index} className={Array.isArray(classes) ? classes.join(' ') : undefined}>
        {toReact(node.children)}
      </span>
    )
  })
}

/** A piece of long code: only the last one is laid out again as it grows. */
const pieceChars = 4_000

function toPieces(code: string): ReactNode {
  const pieces: string[] = []
  let start = 0
  for (let end = code.indexOf('\n', pieceChars); end !== -1; end = code.indexOf('\n', start + pieceChars)) {
    pieces.push(code.slice(start, end + 1))
    start = end + 1
  }
  if (start === 0) return code
  return [...pieces, code.slice(start)].map((piece, index) => (
    <span key={index} className="md-code-piece">
      {piece}
    </span>
  ))
}

type Props = { code: string; language: string; labels: Labels }

/** A block of code, coloured once it is whole and its language known. */
export function CodeBlock({ code, language, labels }: Props) {
  const isGrowing = use(GrowingContext)
  const [coloured, setColoured] = useState<{ code: string; nodes: ElementContent[] }>()
  useEffect(() => {
    if (isGrowing || language === '') return
    let isLeft = false
    void import('./highlight.ts').then(({ highlight }) => {
      const nodes = isLeft ? undefined : highlight(code, language)
      if (nodes) setColoured({ code, nodes })
    })
    return () => {
      isLeft = true
    }
  }, [code, language, isGrowing])
  return (
    <div className="md-code">
      <div className="md-code-bar">
        <span>{language}</span>
        {!isGrowing && <CopyButton label={labels.copyCode} text={code} />}
      </div>
      <pre tabIndex={0}>
        <code>{coloured?.code === code ? toReact(coloured.nodes) : toPieces(code)}</code>
      </pre>
    </div>
  )
}
