import { lazy, Suspense } from 'react'
import { useMessages } from '../language.tsx'
import { PlainOnError } from './plain-on-error.tsx'

const Markdown = lazy(async () => ({ default: (await import('../markdown/markdown.tsx')).Markdown }))

/** Model text as Markdown; the renderer comes when first needed, plain text stands in until then. */
export function RichText({ text, isStreaming }: { text: string; isStreaming: boolean }) {
  const messages = useMessages()
  return (
    <PlainOnError text={text}>
      <Suspense fallback={<div className="whitespace-pre-wrap">{text}</div>}>
        <Markdown text={text} isStreaming={isStreaming} labels={messages.markdown} />
      </Suspense>
    </PlainOnError>
  )
}
