import type { Root } from 'mdast'
import { gfmAutolinkLiteralFromMarkdown } from 'mdast-util-gfm-autolink-literal'
import { gfmStrikethroughFromMarkdown } from 'mdast-util-gfm-strikethrough'
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table'
import { gfmTaskListItemFromMarkdown } from 'mdast-util-gfm-task-list-item'
import { gfmStrikethrough } from 'micromark-extension-gfm-strikethrough'
import { gfmTaskListItem } from 'micromark-extension-gfm-task-list-item'
import type { Processor } from 'unified'
import { productSyntax } from './multiplication-star.ts'
import { autolinkSyntax } from './autolink-syntax.ts'
import { formulaFromMarkdown, formulaSyntax } from './formula-syntax.ts'
import { listNumbersFromMarkdown } from './list-numbers.ts'
import { noteSyntax } from './note-syntax.ts'
import { settleAnswer } from './settle-answer.ts'
import { tableSyntax } from './table-syntax.ts'
import { tagFromMarkdown, tagSyntax } from './tag-syntax.ts'

const { enter, exit } = gfmAutolinkLiteralFromMarkdown()

/**
 * Markdown as models write it: GFM and formulas in every delimiter. What would change the looks of text already shown
 * (underlined headings) or is none of theirs (raw HTML) is off. `isGrowing`: a formula without its end is pending.
 */
export function remarkAnswer(this: Processor, { isGrowing = false }: { isGrowing?: boolean } = {}) {
  let end = Infinity
  const { parser } = this
  if (isGrowing && parser) {
    this.parser = (text, file) => {
      end = text.trimEnd().length
      return parser(text, file)
    }
  }
  const data = this.data() as Record<string, unknown[] | undefined>
  ;(data['micromarkExtensions'] ??= []).push(
    tableSyntax(),
    gfmStrikethrough({ singleTilde: false }),
    gfmTaskListItem(),
    autolinkSyntax,
    productSyntax,
    formulaSyntax({ growsAt: () => end }),
    tagSyntax,
    noteSyntax,
    { disable: { null: ['setextUnderline', 'htmlFlow', 'htmlText'] } },
  )
  ;(data['fromMarkdownExtensions'] ??= []).push(
    gfmTableFromMarkdown(),
    gfmStrikethroughFromMarkdown(),
    gfmTaskListItemFromMarkdown(),
    { enter, exit },
    formulaFromMarkdown,
    tagFromMarkdown,
    listNumbersFromMarkdown,
  )
  return (tree: Root, file: { value: unknown }) => settleAnswer(tree, isGrowing, String(file.value))
}
