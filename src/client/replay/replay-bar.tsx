import { useMessages } from '../i18n.tsx'
import { speeds, type useReplay } from './use-replay.ts'

const toClock = (ms: number) => {
  const seconds = Math.floor(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

type Props = { replay: ReturnType<typeof useReplay>; onClose: () => void }

/** Play, pause, speed, and the time to move about in; its track shows where the thinking and the answer stand. */
export function ReplayBar({ replay, onClose }: Props) {
  const messages = useMessages()
  const { positionMs, durationMs, thinkingStartsMs, answerStartsMs, isPlaying, speed } = replay
  const toPart = (ms: number) => `${durationMs === 0 ? 0 : (ms / durationMs) * 100}%`
  const part = (from: number | undefined, to: number, color: string) =>
    from !== undefined && (
      <span
        className={`absolute inset-y-0 ${color}`}
        style={{ left: toPart(from), width: toPart(Math.max(0, to - from)) }}
      />
    )
  return (
    <section
      aria-label={messages.replay}
      className="sticky bottom-2 z-10 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-2xl border border-line bg-paper px-3 py-2 shadow-lg print:hidden"
    >
      <button type="button" className="button button-primary min-w-20 justify-center" onClick={replay.toggle}>
        {isPlaying ? messages.pause : messages.play}
      </button>
      <span className="text-sm text-ink-soft tabular-nums">
        {toClock(positionMs)} / {toClock(durationMs)}
      </span>
      <span className="flex min-w-40 grow basis-full flex-col gap-1 sm:basis-40">
        <input
          type="range"
          aria-label={messages.position}
          aria-valuetext={toClock(positionMs)}
          className="w-full accent-(--accent)"
          min={0}
          max={durationMs}
          step="any"
          value={positionMs}
          onChange={(event) => replay.seek(Number(event.target.value))}
        />
        <span className="relative h-1 overflow-hidden rounded-full bg-paper-2" aria-hidden="true">
          {part(thinkingStartsMs, answerStartsMs ?? durationMs, 'bg-ink-soft/40')}
          {part(answerStartsMs, durationMs, 'bg-accent/60')}
        </span>
      </span>
      <select
        aria-label={messages.speed}
        className="field text-sm"
        value={speed}
        onChange={({ target }) => {
          const next = speeds.find((each) => String(each) === target.value)
          if (next) replay.setSpeed(next)
          else replay.seek(durationMs)
        }}
      >
        {speeds.map((each) => (
          <option key={each} value={each}>
            {each}×
          </option>
        ))}
        <option value="instant">{messages.instant}</option>
      </select>
      {answerStartsMs !== undefined && (
        <button type="button" className="button" onClick={() => replay.seek(answerStartsMs)}>
          {messages.answerStarts}
        </button>
      )}
      <button type="button" className="button" onClick={onClose}>
        {messages.close}
      </button>
    </section>
  )
}
