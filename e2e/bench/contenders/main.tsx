import { useEffect, useRef, type ComponentType } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { Markdown } from '../../../src/client/markdown/markdown.tsx'
import { onFrame } from '../../../src/client/run/schedule-render.ts'
import { en } from '../../../src/shared/messages/en.ts'
import { createText } from './text.ts'

type View = ComponentType<{ text: string; isStreaming: boolean }>
const charsPerToken = 4

const Ours: View = ({ text, isStreaming }) => <Markdown text={text} isStreaming={isStreaming} labels={en.markdown} />

/** As the app hands on what comes; the others get every chunk as it comes. */
function asTheAppDoes(set: (text: string, isStreaming: boolean) => void) {
  let latest: [string, boolean] | undefined
  const flush = () => {
    if (latest) set(...latest)
    latest = undefined
  }
  return (text: string, isStreaming: boolean) => {
    if (latest === undefined) onFrame(flush)
    latest = [text, isStreaming]
  }
}
/** The floor: the same text appended to one element. */
const Plain: View = ({ text }) => {
  const place = useRef<HTMLPreElement>(null)
  const shown = useRef(0)
  useEffect(() => {
    place.current?.append(text.slice(shown.current))
    shown.current = text.length
  }, [text])
  return <pre ref={place} style={{ whiteSpace: 'pre-wrap' }} />
}

const views: Record<string, () => Promise<View>> = {
  ours: async () => Ours,
  pre: async () => Plain,
  // @ts-expect-error installed for the bench only
  naive: async () => ((await import('./naive.jsx')) as { Naive: View }).Naive,
  // @ts-expect-error installed for the bench only
  streamdown: async () => ((await import('./streamed.jsx')) as { Streamed: View }).Streamed,
}

const scroller = document.getElementById('scroller') as HTMLElement
Object.assign(scroller.style, { height: '700px', overflow: 'auto', width: '720px' })
const holder = scroller.appendChild(document.createElement('div'))
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const painted = () => new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)))

async function mount(name: string) {
  const View = await (views[name] as () => Promise<View>)()
  const root = createRoot(holder)
  const change = (text: string, isStreaming: boolean) => root.render(<View text={text} isStreaming={isStreaming} />)
  flushSync(() => change('', true))
  return name === 'ours' ? asTheAppDoes(change) : change
}

/** Streams `tokens` at `rate` a second (0: as fast as it goes) below `above` characters already there. */
async function stream(name: string, above: number, tokens: number, rate: number) {
  const set = await mount(name)
  const whole = createText(above + tokens * charsPerToken)
  set(whole.slice(0, above), true)
  await pause(above > 100_000 ? 12_000 : 1_000)
  let frames = 0
  let slowFrames = 0
  let lastFrame = performance.now()
  let isOver = false
  const onFrame = (now: number) => {
    scroller.scrollTop = scroller.scrollHeight
    if (now - lastFrame > 50) slowFrames += 1
    lastFrame = now
    frames += 1
    if (!isOver) requestAnimationFrame(onFrame)
  }
  requestAnimationFrame(onFrame)
  await painted()
  performance.mark('measured-from')
  await (globalThis as unknown as { startCount: () => Promise<void> }).startCount()
  const start = performance.now()
  let sent = 0
  while (sent < tokens) {
    const due = rate === 0 ? sent + 1 : Math.min(tokens, Math.floor(((performance.now() - start) / 1000) * rate))
    if (due > sent) {
      sent = due
      set(whole.slice(0, above + sent * charsPerToken), true)
    }
    await pause(rate === 0 ? 0 : 4)
  }
  const end = performance.now()
  set(whole, false)
  const last = whole.trimEnd().slice(-3)
  do await painted()
  while (!holder.textContent?.trimEnd().endsWith(last))
  const lastToPainted = performance.now() - end
  isOver = true
  return { frames, slowFrames, lastToPainted, seconds: (end - start) / 1000 }
}

/** Opens a finished text: when its end is seen, and when all of it is worked out. */
async function open(name: string, chars: number) {
  const whole = createText(chars) + '\n\nThe very end.'
  const set = await mount(name)
  performance.mark('measured-from')
  const start = performance.now()
  set(whole, false)
  scroller.scrollTop = scroller.scrollHeight
  for (;;) {
    await painted()
    scroller.scrollTop = scroller.scrollHeight
    if (holder.textContent?.endsWith('The very end.')) break
  }
  const endSeen = performance.now() - start
  while (holder.querySelector('.md-plain')) await pause(5)
  await painted()
  return { endSeen, complete: performance.now() - start }
}

Object.assign(globalThis, { bench: { stream, open } })
