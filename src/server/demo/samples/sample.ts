import type { Sample } from '../../../shared/config.ts'

/** A sample with what is played for it; `sha256` is its picture's, as the file stands in public/samples. */
export type DemoSample = Sample & {
  sha256: string
  width: number
  height: number
  thinkingText: string
  answerText: string
}

/** A text written between backticks on lines of its own. */
export const block = (text: string) => text.trim()
