import type { Root } from 'mdast'
import remarkCjkFriendly from 'remark-cjk-friendly'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { separateFences } from './fences.ts'
import { noDefinitions, remarkDefinitions, type Definitions } from './definitions.ts'
import { remarkAnswer } from './remark-answer.ts'
import { remarkLinks } from './settle-links.ts'

/** Reads parts of one text, whose link definitions may stand in other parts. */
export function createAnswerParser(definitions: Definitions): (part: string) => Root {
  const processor = unified()
    .use(remarkParse)
    .use(remarkCjkFriendly)
    .use(remarkAnswer)
    .use(remarkDefinitions, definitions)
    .use(remarkLinks)
    .freeze()
  return (part) => processor.runSync(processor.parse(separateFences(part))) as Root
}

/** Model text as the tree that pages, exports and previews are made of. */
export const parseAnswer = createAnswerParser(noDefinitions)
