import type { Media } from './media.ts'
import type { Run } from './run/run.ts'
import type { Share } from './share.ts'

/** A covered picture is encoded anew, so that its size in bytes tells of the old one only. */
function toSharedMedia(media: Media, isCovered: boolean): Media {
  const { id, kind, mime, width, height, bytes, durationMs, frames } = media
  return {
    id,
    kind,
    mime,
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(bytes !== undefined && !isCovered && { bytes }),
    ...(durationMs !== undefined && { durationMs }),
    ...(frames !== undefined && { frames }),
  }
}

/** The run before its first event, as a share shows it under `id`. */
export function toSharedBlank(run: Run, id: string, { include, covers }: Pick<Share, 'include' | 'covers'>): Run {
  const isCovered = (mediaId: string) => covers.some(({ media }) => media === mediaId)
  return {
    id,
    question: include.question ? run.question : '',
    media: include.media ? run.media.map((media) => toSharedMedia(media, isCovered(media.id))) : [],
    model: run.model,
    thinking: include.thinking ? run.thinking : { enabled: false },
    status: 'waiting',
    thinkingText: '',
    answerText: '',
    createdAt: run.createdAt,
    lastSeq: 0,
    ...(run.isImported && { isImported: true }),
  }
}

/** A run as it stands, as a share would show it: what its owner looks at before there is a link. */
export function toSharedRun(run: Run, share: Pick<Share, 'include' | 'covers'>): Run {
  const { thinking } = share.include
  const { answerText, status, finish, error, usage, answerStartedAt, thinkingStartedAt, endedAt, lastSeq } = run
  return {
    ...toSharedBlank(run, run.id, share),
    answerText,
    lastSeq,
    status: !thinking && status === 'thinking' ? 'waiting' : status,
    ...(thinking && { thinkingText: run.thinkingText }),
    ...(thinking && thinkingStartedAt !== undefined && { thinkingStartedAt }),
    ...(thinking && usage && { usage }),
    ...(answerStartedAt !== undefined && { answerStartedAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(finish && { finish }),
    ...(error && { error: { code: error.code, message: error.message, retryable: error.retryable } }),
  }
}
