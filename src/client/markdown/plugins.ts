import remarkCjkFriendly from 'remark-cjk-friendly'
import type { PluggableList } from 'unified'
import { remarkAnswer } from '../../shared/markdown/remark-answer.ts'
import { keepPunctuation } from '../../shared/markdown/keep-punctuation.ts'
import { remarkCloseOpen } from './remark-auto-close.ts'

/** How a block that is whole is read. */
export const wholePlugins: PluggableList = [remarkCjkFriendly, remarkAnswer, keepPunctuation]
/** How the block at the end of a growing text is read. */
export const growingPlugins: PluggableList = [
  remarkCjkFriendly,
  remarkCloseOpen,
  [remarkAnswer, { isGrowing: true }],
  keepPunctuation,
]
