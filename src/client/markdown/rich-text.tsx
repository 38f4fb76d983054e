import { useEffect, useState } from 'react'
import { formulaFaces } from '../../shared/markdown/formula-faces.ts'
import type { Markdown } from './markdown.tsx'
import { useMessages } from '../i18n.tsx'
import { PlainOnError } from './plain-text-fallback.tsx'

/** Without its faces a formula would be drawn twice, in two widths. */
const facesMs = 1_500

/** More than a screen. Of an ended text the rest would be laid out twice. */
const standInChars = 6_000

let loaded: typeof Markdown | undefined
let loading: Promise<void> | undefined

async function load() {
  const { Markdown: renderer } = await import('./markdown.tsx')
  const fonts =
    'fonts' in document ? Promise.allSettled(formulaFaces.map(({ font }) => document.fonts.load(font))) : undefined
  await Promise.race([fonts, new Promise((resolve) => setTimeout(resolve, facesMs))])
  loaded = renderer
}

/** Fetches the renderer while the model is still silent, so that nothing moves when it speaks. Rejects if it does not come. */
export const preloadRichText = () =>
  (loading ??= load().catch((error: unknown) => {
    loading = undefined
    throw error
  }))

/** Model text as Markdown; the renderer comes when first needed, plain text stands in until then. */
export function RichText({ text, isStreaming }: { text: string; isStreaming: boolean }) {
  const messages = useMessages()
  const [Renderer, setRenderer] = useState(() => loaded)
  const [hasFailed, setFailed] = useState(false)
  useEffect(() => {
    if (Renderer) return
    let isGone = false
    preloadRichText().then(
      () => isGone || setRenderer(() => loaded),
      () => isGone || setFailed(true),
    )
    return () => {
      isGone = true
    }
  }, [Renderer])
  if (!Renderer) {
    return (
      <div {...(!hasFailed && { 'data-pending': '' })} className="whitespace-pre-wrap">
        {isStreaming || hasFailed ? text : text.slice(0, standInChars)}
      </div>
    )
  }
  return (
    <PlainOnError text={text}>
      <Renderer text={text} isStreaming={isStreaming} labels={messages.markdown} />
    </PlainOnError>
  )
}
