import { lazy, Suspense, useState } from 'react'
import type { Markdown } from '../markdown/markdown.tsx'
import { useMessages } from '../language.tsx'
import { PlainOnError } from './plain-on-error.tsx'

/** The faces nearly every formula needs; without them it would be drawn twice, in two widths. */
const faces = ['1em KaTeX_Main', 'italic 1em KaTeX_Math', '1em KaTeX_Size1', '1em KaTeX_Size2']
const facesMs = 1_500

type Renderer = typeof Markdown
let loaded: Renderer | undefined

async function load(): Promise<{ default: Renderer }> {
  const { Markdown: renderer } = await import('../markdown/markdown.tsx')
  const fonts = 'fonts' in document ? Promise.allSettled(faces.map((face) => document.fonts.load(face))) : undefined
  await Promise.race([fonts, new Promise((resolve) => setTimeout(resolve, facesMs))])
  loaded = renderer
  return { default: renderer }
}
const Later = lazy(load)

/** Fetches the renderer while the model is still silent, so that nothing moves when it speaks. */
export const preloadRichText = () => void load().catch(() => {})

/** Model text as Markdown; the renderer comes when first needed, plain text stands in until then. */
export function RichText({ text, isStreaming }: { text: string; isStreaming: boolean }) {
  const messages = useMessages()
  // What is there is used at once; which of the two it was stays, or all would be drawn anew.
  const [{ Renderer: Chosen }] = useState(() => ({ Renderer: loaded ?? Later }))
  return (
    <PlainOnError text={text}>
      <Suspense
        fallback={
          <div data-pending="" className="whitespace-pre-wrap">
            {text}
          </div>
        }
      >
        <Chosen text={text} isStreaming={isStreaming} labels={messages.markdown} />
      </Suspense>
    </PlainOnError>
  )
}
