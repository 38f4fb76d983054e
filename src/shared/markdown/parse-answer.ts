import type { Root } from 'mdast'
import remarkCjkFriendly from 'remark-cjk-friendly'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { remarkAnswer } from './remark-answer.ts'

const processor = unified().use(remarkParse).use(remarkCjkFriendly).use(remarkAnswer).freeze()

/** Model text as the tree that pages, exports and previews are made of. */
export const parseAnswer = (text: string): Root => processor.runSync(processor.parse(text)) as Root
