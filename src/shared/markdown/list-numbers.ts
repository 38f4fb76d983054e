import type { List, ListItem } from 'mdast'
import type { CompileContext, Extension as FromMarkdown } from 'mdast-util-from-markdown'

declare module 'mdast' {
  interface List {
    /** Its numbers are written as `1)`. */
    hasParentheses?: boolean
  }
  interface ListItem {
    /** The number that was written. */
    number?: number
    /** The number that is shown. */
    shown?: number
  }
}

/** Keeps the number that each item was given. */
export const listNumbersFromMarkdown: FromMarkdown = {
  enter: {
    listItemValue(this: CompileContext, token) {
      const [list, item] = this.stack.slice(-2)
      if (list?.type !== 'list' || item?.type !== 'listItem') return
      item.number = Number.parseInt(this.sliceSerialize(token), 10)
      list.start ??= item.number
      this.data.expectingFirstListItemValue = undefined
    },
    listItemMarker(this: CompileContext, token) {
      const list = this.stack.at(-2)
      if (list?.type === 'list' && this.sliceSerialize(token) === ')') list.hasParentheses = true
    },
  },
}

/**
 * Numbers as they were written. Where the second is the same as the first they are counted, as Markdown counts a list of
 * nothing but ones. No number depends on those that come later.
 */
export function keepNumbers(list: List): void {
  if (list.ordered !== true) return
  if (list.hasParentheses) list.data = { ...list.data, hProperties: { className: ['md-parentheses'] } }
  const isCounted = list.children[0]?.number === list.children[1]?.number
  let last = (list.start ?? 1) - 1
  for (const item of list.children) {
    const written = item.number ?? last + 1
    const shown = isCounted ? Math.max(written, last + 1) : written
    item.shown = shown
    if (shown !== last + 1) {
      item.data = { ...item.data, hProperties: { value: String(shown) } }
    }
    last = shown
  }
}

/** What stands before an item. */
export const toMarker = ({ ordered, hasParentheses }: List, { shown }: ListItem) =>
  ordered === true ? `${shown ?? 1}${hasParentheses === true ? ')' : '.'}` : '•'
