import { useEffect, useRef, useState } from 'react'
import type { Model } from '../../../shared/config.ts'
import { videoTokens } from '../../../shared/image-tokens.ts'
import { findVideoFault, highestRate, maxFramesOf, videoRates } from '../../../shared/video-rule.ts'
import type { VideoFacts } from '../../api/api.ts'
import { useMessages } from '../../i18n.tsx'
import { Modal } from '../../ui/modal.tsx'
import { closeVideo, openVideo, sampleFrames, toTimes, type Trim } from './sample-frames.ts'

type Props = {
  readFile: () => Promise<File>
  model: Model
  /** The frames that were taken; without them the whole file is meant. */
  onDone: (file: File, taken: { frames: Blob[]; fps: number } | VideoFacts) => void
  onCancel: () => void
}

const stripLength = 10
const stripPixels = 160 * 90
const fallbackRule = { minS: 2, maxS: 600, minFrames: 4, maxFrames: 80, framePixels: 655_360, totalPixels: 51_380_224 }

/** Seconds, pixels. */
type Opened = { file: File; duration: number; width: number; height: number }

/** Choose a part of a video and how many frames a second the model sees of it. */
export function VideoDialog({ readFile, model, onDone, onCancel }: Props) {
  const messages = useMessages()
  const words = messages.video
  const work = useRef<AbortController | undefined>(undefined)
  const [opened, setOpened] = useState<Opened | 'failed' | undefined>(undefined)
  const [strip, setStrip] = useState<string[]>([])
  const [trim, setTrim] = useState<Trim>({ start: 0, end: 0 })
  const [fps, setFps] = useState(videoRates.default)
  const [taken, setTaken] = useState<number | undefined>(undefined)
  const rule = model.video ?? fallbackRule

  useEffect(() => {
    const aborter = new AbortController()
    const urls: string[] = []
    async function open() {
      const file = await readFile()
      const video = await openVideo(file, aborter.signal)
      const { duration, videoWidth: width, videoHeight: height } = video
      setOpened({ file, duration, width, height })
      setTrim({ start: 0, end: Math.min(duration, rule.maxS) })
      const usual = videoRates.offered.filter((rate) => rate <= videoRates.default)
      setFps(highestRate(rule, duration, usual) ?? Math.min(...usual))
      const times = toTimes({ start: 0, end: duration }, stripLength / duration)
      await sampleFrames(video, times, stripPixels, aborter.signal, (frame) => {
        urls.push(URL.createObjectURL(frame))
        setStrip([...urls])
      })
    }
    open().catch(() => {
      if (!aborter.signal.aborted) setOpened('failed')
    })
    work.current = aborter
    return () => {
      aborter.abort()
      for (const url of urls) URL.revokeObjectURL(url)
    }
    // The file and the model are those it was opened with.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [])

  const seconds = trim.end - trim.start
  const frames = toTimes(trim, fps).length
  const fault = findVideoFault({ media: model.media, video: rule }, { durationMs: seconds * 1000, frames })
  const fit = highestRate(rule, seconds, videoRates.offered)
  const size = typeof opened === 'object' ? opened : undefined
  // Nothing is cut off a whole file: what it lasts is what counts.
  const canBeWhole =
    typeof opened === 'object' &&
    opened.file.size <= (model.wholeVideoBytes ?? 0) &&
    findVideoFault(model, { durationMs: opened.duration * 1000 }) === undefined
  const whole = canBeWhole && {
    file: opened.file,
    facts: {
      fps,
      durationMs: Math.max(1, Math.round(opened.duration * 1000)),
      width: opened.width,
      height: opened.height,
    },
  }
  const tokens = size && model.pixels ? videoTokens(size.width, size.height, frames, model.pixels, rule) : undefined

  async function take() {
    if (typeof opened !== 'object') return
    const aborter = new AbortController()
    work.current?.abort()
    work.current = aborter
    setTaken(0)
    try {
      const video = await openVideo(opened.file, aborter.signal)
      const pixels = Math.min(rule.framePixels, (rule.totalPixels / frames) * 2)
      const taking = await sampleFrames(video, toTimes(trim, fps), pixels, aborter.signal, (_frame, index) =>
        setTaken(index + 1),
      )
      closeVideo(video)
      onDone(opened.file, { frames: taking, fps })
    } catch {
      if (!aborter.signal.aborted) setOpened('failed')
    }
  }
  const close = () => {
    work.current?.abort()
    onCancel()
  }

  return (
    <Modal label={words.title} className="max-w-3xl gap-4 rounded-2xl p-4 sm:p-6" onCancel={close}>
      <h2 className="font-serif text-2xl font-semibold">{words.title}</h2>
      {opened === undefined && <p className="text-ink-soft">{messages.loading}</p>}
      {opened === 'failed' && (
        <p role="alert" className="text-warn">
          {words.failed}
        </p>
      )}
      {typeof opened === 'object' && (
        <>
          <div className="relative">
            <ol className="flex h-20 overflow-hidden rounded-lg bg-paper-2" aria-label={words.strip}>
              {strip.map((url) => (
                <li key={url} className="min-w-0 grow basis-0">
                  <img src={url} alt="" className="size-full object-cover" />
                </li>
              ))}
            </ol>
            <span
              className="pointer-events-none absolute inset-y-0 rounded-lg border-4 border-accent"
              style={{
                left: `${(trim.start / opened.duration) * 100}%`,
                width: `${(seconds / opened.duration) * 100}%`,
              }}
            />
          </div>
          {(['start', 'end'] as const).map((side) => (
            <label key={side} className="flex items-center gap-3 text-sm">
              <span className="w-14">{words[side]}</span>
              <input
                type="range"
                className="grow accent-(--accent)"
                min={0}
                max={opened.duration}
                step={0.1}
                value={trim[side]}
                aria-valuetext={words.seconds(trim[side])}
                onChange={(event) => {
                  const value = Number(event.target.value)
                  setTrim(
                    side === 'start'
                      ? { ...trim, start: Math.min(value, trim.end - 0.1) }
                      : { ...trim, end: Math.max(value, trim.start + 0.1) },
                  )
                }}
              />
              <span className="w-16 text-right text-ink-soft tabular-nums">{words.seconds(trim[side])}</span>
            </label>
          ))}
          <label className="flex flex-wrap items-center gap-3 text-sm">
            {words.rate}
            <select className="field text-sm" value={fps} onChange={(event) => setFps(Number(event.target.value))}>
              {videoRates.offered.map((rate) => (
                <option key={rate} value={rate}>
                  {words.perSecond(rate)}
                </option>
              ))}
            </select>
          </label>
          <p className="text-sm">
            {words.facts(seconds, frames)}
            {tokens !== undefined && ` · ${messages.tokens(tokens)}`}
          </p>
          {fault !== undefined && (
            <p role="alert" className="text-sm text-warn">
              {fault === 'no-video'
                ? messages.problems['model-no-video']
                : words.limits(rule.minS, rule.maxS, rule.minFrames, maxFramesOf(rule))}{' '}
              {fault === 'too-many-frames' && fit !== undefined && (
                <button type="button" className="underline" onClick={() => setFps(fit)}>
                  {words.fit(fit)}
                </button>
              )}
              {fault === 'too-long' && (
                <button
                  type="button"
                  className="underline"
                  onClick={() => setTrim({ ...trim, end: trim.start + rule.maxS })}
                >
                  {words.fitLength(rule.maxS)}
                </button>
              )}
            </p>
          )}
        </>
      )}
      {taken !== undefined && (
        <p className="flex items-center gap-3 text-sm text-ink-soft" role="status">
          <progress className="grow" value={taken} max={frames} aria-label={words.taking} />
          {words.taken(taken, frames)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <button type="button" className="button" onClick={close}>
          {messages.framing.cancel}
        </button>
        {whole && (
          <button
            type="button"
            className="button"
            disabled={taken !== undefined}
            onClick={() => onDone(whole.file, whole.facts)}
          >
            {words.whole(Math.ceil(whole.file.size / 1e6))}
          </button>
        )}
        <button
          type="button"
          className="button button-primary px-6"
          disabled={typeof opened !== 'object' || fault !== undefined || taken !== undefined}
          onClick={() => void take()}
        >
          {words.done(frames)}
        </button>
      </div>
    </Modal>
  )
}
