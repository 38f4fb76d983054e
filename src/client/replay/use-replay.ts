import { useEffect, useMemo, useState } from 'react'
import type { Run, RunEvent } from '../../shared/run/run.ts'
import { createReplay, toBlank } from './create-replay.ts'

export const speeds = [1, 2, 4, 8] as const
export type Speed = (typeof speeds)[number]

/** A run played again by its own times. */
export function useReplay(run: Run, events: RunEvent[]) {
  const replay = useMemo(() => createReplay(toBlank(run), events), [run, events])
  const { durationMs } = replay
  const [positionMs, setPosition] = useState(0)
  const [isStarted, setStarted] = useState(true)
  const [speed, setSpeed] = useState<Speed>(1)
  const isPlaying = isStarted && positionMs < durationMs

  useEffect(() => {
    if (!isPlaying) return
    let last = performance.now()
    let frame = requestAnimationFrame(function step(now) {
      const passed = Math.max(0, now - last)
      last = now
      setPosition((before) => Math.min(durationMs, before + passed * speed))
      frame = requestAnimationFrame(step)
    })
    return () => cancelAnimationFrame(frame)
  }, [isPlaying, speed, durationMs])

  return {
    run: replay.stateAt(positionMs),
    positionMs,
    durationMs,
    thinkingStartsMs: replay.thinkingStartsMs,
    answerStartsMs: replay.answerStartsMs,
    isPlaying,
    speed,
    setSpeed,
    seek: (ms: number) => setPosition(Math.min(durationMs, Math.max(0, ms))),
    toggle() {
      if (positionMs >= durationMs) {
        setPosition(0)
        setStarted(true)
      } else setStarted(!isStarted)
    },
  }
}
