import type { Messages } from '../../shared/messages/en.ts'
import type { Run } from '../../shared/run/run.ts'

export type FilePlace = {
  language: 'en' | 'zh-CN'
  words: Messages
  hasThinking: boolean
  isDemo: boolean
  /** Of a model, as people know it. */
  labelOf: (model: string) => string
}

export type FilePicture = { mime: string; bytes: Uint8Array; width?: number | undefined; height?: number | undefined }
export type FileRun = { run: Run; pictures: FilePicture[] }

/** Where a run came from, in a line. */
export function toSourceLine(run: Run, { language, words, isDemo, labelOf }: FilePlace): string {
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(run.createdAt)
  const generated = isDemo ? words.shared.demo : words.shared.generated(labelOf(run.model))
  return [...(run.isImported ? [words.imported] : []), labelOf(run.model), date, generated].join(' · ')
}

export function toThinkingLabel(run: Run, words: Messages): string {
  const until = run.answerStartedAt ?? run.endedAt
  if (run.thinkingStartedAt === undefined || until === undefined) return words.thinking
  return words.thoughtFor(words.seconds(Math.round((until - run.thinkingStartedAt) / 1000)))
}

/** How it ended, where that was not as it should. */
export function toEndLine(run: Run, words: Messages): string | undefined {
  if (run.error) return words.runErrors[run.error.code]
  if (run.finish === 'stopped') return words.stopped
  return run.finish === 'length' ? words.lengthEnd : undefined
}

export const toDataUrl = ({ mime, bytes }: FilePicture) =>
  `data:${mime};base64,${Buffer.from(bytes).toString('base64')}`
