import type { Code } from '../../shared/markdown/split-blocks.ts'
import { mayEndFence } from './hold-back-end.ts'

/** The code so far, without a line at its end that may yet end it. */
export function toShownCode(text: string, { start, end, isClosed }: Code, isGrowing: boolean): string {
  const code = text.slice(start, end)
  const lastLine = code.lastIndexOf('\n') + 1
  const isHeld = isGrowing && !isClosed && mayEndFence(code.slice(lastLine))
  return (isHeld ? code.slice(0, lastLine) : code).replace(/\n$/, '')
}
