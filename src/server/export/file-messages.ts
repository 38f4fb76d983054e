import type { Run } from '../../shared/run/run.ts'
import type { Messages } from '../../shared/messages/en.ts'
import { messagesOf, type Language } from '../messages-of.ts'

/** How a file is made: data alone, so that it can go to a thread. */
export type FilePlace = {
  language: Language
  hasThinking: boolean
  isDemo: boolean
  /** Of models, as people know them. */
  labels: ReadonlyMap<string, string>
}
/** Texts that take too long to draw are given as they were written. */
export type Drawing = { place: FilePlace; isPlain: boolean }

export type FilePicture = {
  id: string
  mime: string
  width?: number | undefined
  height?: number | undefined
  read: () => Promise<Uint8Array>
}
/** A run with its events' times and its pictures, which are read when they are written. */
export type FileItem = { run: Run; timeline: string; pictures: FilePicture[] }
/** The runs of a file, oldest first; begun anew each time. */
export type FileItems = () => AsyncIterable<FileItem>

export const charsOf = ({ thinkingText, answerText }: Run) => thinkingText.length + answerText.length

/** Where a run came from, in a line. */
export function toSourceLine(run: Run, { language, isDemo, labels }: FilePlace): string {
  const words = messagesOf(language)
  const label = labels.get(run.model) ?? run.model
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(run.createdAt)
  const generated = isDemo ? words.shared.demo : words.shared.generated(label)
  return [...(run.isImported ? [words.imported] : []), label, date, generated].join(' · ')
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

/** A multiple of three, so that the pieces in base64 are the whole in base64. */
const pieceBytes = 48 * 1024

/** Encoded piece by piece. */
export function* toBase64(picture: Uint8Array): Generator<string> {
  const bytes = Buffer.from(picture.buffer, picture.byteOffset, picture.byteLength)
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) yield bytes.toString('base64', at, at + pieceBytes)
}
