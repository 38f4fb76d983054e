import type { Nodes, PhrasingContent, Root } from 'mdast'
import { decodeString } from 'micromark-util-decode-string'

type Leaf = { children: PhrasingContent[] }
type Opened = { at: number; length: number; type: 'code' | 'link' | 'emphasis' | 'strong' | 'delete' | 'both' }

/** No address that is on its way is longer. */
const maxAddressChars = 2_000

/** The label of a link whose address begins before `end` and does not end before it. */
function readLabel(source: string, start: number, end: number): string | undefined {
  let at = start + 1
  for (; at < end && source[at] !== ']'; at += 1) {
    if (source[at] === '\\') at += 1
    if (source[at] === '[' || source[at] === '\n') return undefined
  }
  const label = source.slice(start + 1, at)
  if (source[at + 1] !== '(' || at + 1 >= end || end - at > maxAddressChars) return undefined
  let depth = 1
  for (const char of source.slice(at + 2, end)) {
    if (char === '(') depth += 1
    if (char === ')') depth -= 1
    if (depth === 0 || char === '\n') return undefined
  }
  return label
}

/** Text without the marks of quotes and list items that stand before its lines. */
const joinLines = (source: string, between: string) =>
  source
    .split('\n')
    .map((line, index, { length }) => {
      const begun = index === 0 ? line : line.replace(/^[ \t>]+/, '')
      return index === length - 1 ? begun : begun.trimEnd()
    })
    .join(between)

/** The block at the end of the tree that text is added to. */
function findLeaf(node: Nodes): Leaf | undefined {
  if (node.type === 'paragraph' || node.type === 'heading' || node.type === 'tableCell') return node
  return 'children' in node && node.children.length > 0 ? findLeaf(node.children.at(-1) as Nodes) : undefined
}

/** The source without the marks of quotes and list items that stand before its lines. */
const toValue = (source: string) => decodeString(joinLines(source, '\n'))

function toType(mark: string, before: string, after: string): Opened['type'] | undefined {
  const [char = ''] = mark
  if (char === '~') return mark.length === 2 ? 'delete' : undefined
  // Powers and products.
  if (
    char === '_'
      ? /[\p{L}\p{N}_]/u.test(before) || (mark.length === 1 && /[\u3400-\u9fff]/.test(after))
      : /[\d)\]}]/.test(before) && /[\w(]/.test(after)
  )
    return undefined
  if (mark.length === 2) return 'strong'
  // A lone star behind a letter is a product.
  if (char === '*' && /\w/.test(before)) return undefined
  return mark.length === 1 ? 'emphasis' : mark.length === 3 ? 'both' : undefined
}

/** The first delimiter between two offsets that opens something and, being text, has no end yet. */
function findOpened(source: string, start: number, end: number, leafEnd: number): Opened | undefined {
  for (let at = start; at < end; at += 1) {
    const char = source[at] as string
    if (char === '\\') {
      at += 1
      continue
    }
    if (char === '[' && readLabel(source, at, leafEnd) !== undefined) {
      return { at: source[at - 1] === '!' ? at - 1 : at, length: 1, type: 'link' }
    }
    if (!'*_~`'.includes(char)) continue
    let length = 1
    while (source[at + length] === char) length += 1
    const after = source[at + length] ?? ' '
    const type = char === '`' ? 'code' : toType(source.slice(at, at + length), source[at - 1] ?? ' ', after)
    if (type !== undefined && at + length < leafEnd && !/\s/.test(after)) return { at, length, type }
    at += length - 1
  }
  return undefined
}

function close({ children }: Leaf, source: string, leafEnd: number) {
  for (const [index, child] of children.entries()) {
    if (child.type !== 'text') continue
    const start = child.position?.start.offset
    const end = child.position?.end.offset
    if (start === undefined || end === undefined) continue
    const opened = findOpened(source, start, end, leafEnd)
    if (!opened) continue
    const rest = children.slice(index + 1)
    const inside = opened.at + opened.length
    children.length = index
    if (opened.at > start) children.push({ type: 'text', value: toValue(source.slice(start, opened.at)) })
    if (opened.type === 'code') {
      children.push({ type: 'inlineCode', value: joinLines(source.slice(inside, leafEnd), ' ') })
      return
    }
    if (opened.type === 'link') {
      const text = readLabel(source, source.indexOf('[', opened.at), leafEnd) ?? ''
      children.push({ type: 'text', value: toValue(text.replace(/[*_~`]/g, '')) })
      return
    }
    const within: PhrasingContent[] = []
    if (end > inside) {
      const position = { start: { ...child.position?.start, offset: inside }, end: child.position?.end }
      within.push({ type: 'text', value: toValue(source.slice(inside, end)), position } as PhrasingContent)
    }
    within.push(...rest)
    close({ children: within }, source, leafEnd)
    children.push(
      opened.type === 'both'
        ? { type: 'emphasis', children: [{ type: 'strong', children: within }] }
        : { type: opened.type, children: within },
    )
    return
  }
}

/** Closes what the growing end of a text has opened: emphasis, code, a link whose address is on its way. */
export function remarkCloseOpen() {
  return (tree: Root, file: { value: unknown }) => {
    const source = String(file.value)
    const leaf = findLeaf(tree)
    const end = leaf?.children.at(-1)?.position?.end.offset
    if (leaf && end !== undefined) close(leaf, source, end)
  }
}
