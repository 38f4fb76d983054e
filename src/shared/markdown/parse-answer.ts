import type { Root } from 'mdast'
import remarkCjkFriendly from 'remark-cjk-friendly'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { noDefinitions, remarkDefinitions, type Definitions } from './definitions.ts'
import { remarkAnswer } from './remark-answer.ts'

/** Reads parts of one text, whose link definitions may stand in other parts. */
export function createAnswerParser(definitions: Definitions): (part: string) => Root {
  const processor = unified()
    .use(remarkParse)
    .use(remarkCjkFriendly)
    .use(remarkAnswer)
    .use(remarkDefinitions, definitions)
    .freeze()
  return (part) => processor.runSync(processor.parse(part)) as Root
}

/** Model text as the tree that pages, exports and previews are made of. */
export const parseAnswer = createAnswerParser(noDefinitions)
