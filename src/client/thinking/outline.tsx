import { useState, type RefObject } from 'react'
import { useMessages } from '../i18n.tsx'
import { createSplitter } from '../../shared/markdown/split-blocks.ts'
import { toOutline, type Kind } from './to-outline.ts'

const kinds: Kind[] = ['plan', 'compute', 'doubt', 'check']
/** A line of the map for fewer sections says nothing that a look would not. */
const fewSections = 4

type Props = {
  text: string
  /** Where the thinking is shown, block by block. */
  body: RefObject<HTMLElement | null>
  /** Called with the paragraph to be brought to the top. */
  onJump: (target: Element) => void
}

/** What the thinking does, paragraph by paragraph: a map to jump by, and a button to the next of each kind. */
export function Outline({ text, body, onJump }: Props) {
  const messages = useMessages()
  const [split] = useState(createSplitter)
  const [current, setCurrent] = useState(-1)
  const { groups } = split(`${text}\n`)
  const sections = toOutline(groups.flatMap(({ blocks }) => blocks.map((block) => block.text)))
  if (sections.length < fewSections) return null

  const jumpTo = (index: number) => {
    setCurrent(index)
    let left = index
    const at = groups.findIndex(({ blocks }) => {
      if (left < blocks.length) return true
      left -= blocks.length
      return false
    })
    const group = body.current?.querySelectorAll('.md-group')[at]
    const target = group?.querySelectorAll(':scope > .md-block')[left] ?? group
    if (target) onJump(target)
  }
  const jumpToNext = (kind: Kind) => {
    const next = sections.findIndex((section, index) => index > current && section.kind === kind)
    jumpTo(next === -1 ? sections.findIndex((section) => section.kind === kind) : next)
  }
  return (
    <nav aria-label={messages.outline} className="border-t border-line px-4 py-2">
      <div className="outline-map" aria-hidden="true">
        {sections.map(({ kind, chars }, index) => (
          <span
            key={index}
            className={kind === undefined ? 'outline-section' : `outline-section outline-${kind}`}
            data-current={index === current}
            style={{ flexGrow: Math.max(20, chars) }}
            onPointerDown={() => jumpTo(index)}
          />
        ))}
      </div>
      <ul className="mt-2 flex flex-wrap gap-x-3 gap-y-1 text-xs">
        {kinds.map((kind) => {
          const count = sections.filter((section) => section.kind === kind).length
          return (
            count > 0 && (
              <li key={kind}>
                <button
                  type="button"
                  className="flex min-h-8 items-center gap-1.5 rounded-full px-1 hover:bg-paper-2"
                  aria-label={messages.nextSection(messages.sectionKinds[kind])}
                  onClick={() => jumpToNext(kind)}
                >
                  <span className={`outline-dot outline-${kind}`} aria-hidden="true" />
                  {messages.sectionKinds[kind]} <span className="text-ink-soft tabular-nums">{count}</span>
                </button>
              </li>
            )
          )
        })}
      </ul>
    </nav>
  )
}
