import { Link } from 'wouter'
import { limits, type Model } from '../../shared/config.ts'
import { mediaTokens } from '../../shared/image-tokens.ts'
import type { Media } from '../../shared/media.ts'
import { cutAlong, noEdits, type PictureEdits } from '../media-editors/picture/picture-edits.ts'
import { findVideoFault, videoRates } from '../../shared/video-rule.ts'
import { useMessages } from '../i18n.tsx'
import { toLongParts } from '../../shared/picture-size.ts'
import { toShownName } from './to-shown-name.ts'
import { hasHighResolution, toMaxPixels, type Draft, type DraftMedia } from './draft.ts'
import type { Editing, Progress } from './use-draft.ts'

type Props = {
  draft: Draft
  model: Model
  progress: Record<string, Progress>
  onEdit: (editing: Editing) => void
  onRemove: (key: string) => void
  onUrlRate: (key: string, url: string, fps: number) => void
  onSplit: (origin: string, edits: PictureEdits) => void
}

/** What goes with the question, as the model will get it. */
export function DraftPictures({ draft, model, progress, onEdit, onRemove, onUrlRate, onSplit }: Props) {
  const messages = useMessages()
  if (draft.media.length === 0) return null
  return (
    <ul className="mb-3 flex flex-wrap gap-3">
      {draft.media.map((item) => {
        const { key, name, media, origin } = item
        // Frames without their video cannot be taken again.
        const isEditable =
          origin !== undefined && media?.url === undefined && (media?.kind !== 'video' || origin !== key)
        const shown = toShownName(name)
        const label = item.crop === undefined ? shown : messages.cropOf(item.crop, shown)
        return (
          <li key={key} className="flex items-center gap-3 rounded-xl border border-line bg-paper p-2 pr-3">
            {media ? (
              <img src={`/api/media/${media.id}`} alt={label} className="size-16 rounded-lg object-contain" />
            ) : (
              <span className="size-16 animate-pulse rounded-lg bg-paper-2 motion-reduce:animate-none" />
            )}
            <span className="flex flex-col text-xs text-ink-soft">
              <span className="max-w-40 truncate text-ink">{label}</span>
              {media ? (
                <>
                  <Facts item={item} model={model} isHigh={hasHighResolution(model, draft)} onUrlRate={onUrlRate} />
                  {isEditable && item.crop === undefined && (
                    <LongPicture
                      media={media}
                      maxPixels={toMaxPixels(model, draft)}
                      room={limits.maxMedia - draft.media.length + 1}
                      onSplit={(edits) => onSplit(origin, edits)}
                    />
                  )}
                </>
              ) : (
                <Sending progress={progress[key]} name={label} />
              )}
            </span>
            <span className="flex items-center">
              {media && isEditable && (
                <button
                  type="button"
                  className="min-h-8 rounded-full px-2 text-xs underline hover:bg-paper-2"
                  aria-label={media.kind === 'video' ? messages.video.edit(label) : messages.frame(label)}
                  onClick={() => onEdit({ kind: media.kind === 'video' ? 'video' : 'picture', origin })}
                >
                  {media.kind === 'video' ? messages.video.editShort : messages.frameShort}
                </button>
              )}
              <button
                type="button"
                className="size-8 rounded-full hover:bg-paper-2"
                aria-label={messages.remove(label)}
                onClick={() => onRemove(key)}
              >
                ×
              </button>
            </span>
          </li>
        )
      })}
    </ul>
  )
}

type FactsProps = Pick<Props, 'model' | 'onUrlRate'> & { item: DraftMedia; isHigh: boolean }

function Facts({ item, model, isHigh, onUrlRate }: FactsProps) {
  const messages = useMessages()
  const { media, hints = [] } = item
  if (media?.kind === 'video') {
    const { url } = media
    const handleRate = (fps: number) => url !== undefined && onUrlRate(item.key, url, fps)
    return <VideoFacts media={media} model={model} onRate={handleRate} />
  }
  if (media?.width === undefined || media.height === undefined) return null
  const tokens = mediaTokens(media, model, isHigh)
  return (
    <>
      <span>{messages.size(media.width, media.height)}</span>
      {tokens !== undefined && <span>{messages.tokens(tokens)}</span>}
      {media.isFirstFrame && <span>{messages.firstFrame}</span>}
      {hints.map((hint) => (
        <span key={hint} className="text-warn">
          {messages.hints[hint]}
        </span>
      ))}
      {media.asked && (
        <Link href={`/r/${encodeURIComponent(media.asked.id)}`} className="max-w-44 truncate underline">
          {messages.askedBefore(media.asked.question)}
        </Link>
      )}
    </>
  )
}

type LongPictureProps = { media: Media; maxPixels: number; room: number; onSplit: (edits: PictureEdits) => void }

/** What the model sees of a very tall or wide picture may be too small to read. */
function LongPicture({ media, maxPixels, room, onSplit }: LongPictureProps) {
  const messages = useMessages()
  const { kind, width = 0, height = 0 } = media
  const size = media.from ?? { width, height }
  const parts = kind === 'image' ? toLongParts(size, maxPixels) : 1
  if (parts === 1) return null
  const count = Math.min(parts, room)
  return (
    <>
      <span className="max-w-48 text-warn">{messages.longPicture}</span>
      {count > 1 && (
        <button
          type="button"
          className="min-h-8 text-left underline"
          onClick={() => onSplit({ ...noEdits, shapes: cutAlong(size, count) })}
        >
          {messages.splitPicture(count)}
        </button>
      )}
    </>
  )
}

type VideoFactsProps = { media: Media; model: Model; onRate: (fps: number) => void }

function VideoFacts({ media, model, onRate }: VideoFactsProps) {
  const messages = useMessages()
  const { frames, fps = videoRates.default, durationMs } = media
  const tokens = mediaTokens(media, model, false)
  const fault = findVideoFault(model, media)
  if (fault !== undefined) {
    const code = fault === 'no-video' ? 'model-no-video' : 'video-out-of-range'
    return <span className="max-w-44 text-warn">{messages.problems[code]}</span>
  }
  if (media.isWhole && durationMs !== undefined) {
    return (
      <>
        <span>{messages.video.wholeFacts(durationMs / 1000, fps)}</span>
        {tokens !== undefined && <span>{messages.tokens(tokens)}</span>}
      </>
    )
  }
  if (frames === undefined || durationMs === undefined) {
    return (
      <>
        <span className="max-w-48">{messages.video.atUrl}</span>
        <select
          aria-label={messages.video.rate}
          className="field mt-1 min-h-8 py-0 text-xs"
          value={fps}
          onChange={(event) => onRate(Number(event.target.value))}
        >
          {videoRates.offered.map((rate) => (
            <option key={rate} value={rate}>
              {messages.video.perSecond(rate)}
            </option>
          ))}
        </select>
      </>
    )
  }
  return (
    <>
      <span>{messages.video.facts(durationMs / 1000, frames)}</span>
      {tokens !== undefined && <span>{messages.tokens(tokens)}</span>}
    </>
  )
}

function Sending({ progress, name }: { progress: Progress | undefined; name: string }) {
  const messages = useMessages()
  if (progress === 'offline') return <span className="text-warn">{messages.uploadWaits}</span>
  return (
    <>
      <span>{messages.uploading}</span>
      {progress !== undefined && progress < 1 && <progress className="h-1 w-24" value={progress} aria-label={name} />}
    </>
  )
}
