import { useState } from 'react'
import type { Run } from '../../shared/run/run.ts'
import { useLanguage } from '../i18n.tsx'
import { printRun } from './print-run.ts'

export function ExportDialog({ run, onClose }: { run: Run; onClose: () => void }) {
  const { language, messages } = useLanguage()
  const [hasThinking, setThinking] = useState(true)
  const words = messages.exporting
  const toUrl = (format: string) =>
    `/api/runs/${encodeURIComponent(run.id)}/export?${new URLSearchParams({ format, thinking: hasThinking ? '1' : '0', language })}`
  const file = (format: string, name: string, about: string) => (
    <li>
      <a
        href={toUrl(format)}
        download
        className="flex flex-col rounded-xl border border-line px-4 py-3 hover:bg-paper-2"
      >
        <span className="font-medium">{name}</span>
        <span className="text-sm text-ink-soft">{about}</span>
      </a>
    </li>
  )
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-3">
        <h2 className="mr-auto font-serif text-2xl font-semibold">{words.title}</h2>
        <button type="button" className="button" onClick={onClose}>
          {messages.close}
        </button>
      </div>
      <label className="flex min-h-10 items-center gap-3">
        <input
          type="checkbox"
          className="size-5 accent-(--accent)"
          checked={hasThinking}
          onChange={(event) => setThinking(event.target.checked)}
        />
        {words.withThinking}
      </label>
      <ul className="flex flex-col gap-2">
        {file('markdown', words.markdown, words.markdownAbout)}
        {file('html', words.html, words.htmlAbout)}
        {file('docx', words.word, words.wordAbout)}
        <li>
          <button
            type="button"
            className="flex w-full flex-col rounded-xl border border-line px-4 py-3 text-left hover:bg-paper-2"
            onClick={() => {
              onClose()
              void printRun(hasThinking)
            }}
          >
            <span className="font-medium">{words.print}</span>
            <span className="text-sm text-ink-soft">{words.printAbout}</span>
          </button>
        </li>
      </ul>
    </div>
  )
}
