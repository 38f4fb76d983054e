import type { Nodes, Root } from 'mdast'
import { decodeString } from 'micromark-util-decode-string'
import type { Construct } from 'micromark-util-types'
import type { Processor } from 'unified'

/**
 * The link definitions of a text, from wherever they stand in it. Each is read once and none ever changes: a later look at
 * a growing text only knows more of them.
 */
export type Definitions = {
  /** Addresses, by the label that names them. */
  urls: ReadonlyMap<string, string>
  /** Of these labels, in the order they came, the first `count` are known. */
  labels: readonly string[]
  count: number
}

export const noDefinitions: Definitions = { urls: new Map(), labels: [], count: 0 }

/** As CommonMark compares labels. */
export const normaliseLabel = (label: string) =>
  label
    .replace(/[\t\n\r ]+/g, ' ')
    .replace(/^ | $/g, '')
    .toLowerCase()
    .toUpperCase()

const line =
  /^ {0,3}\[((?:[^[\]\\]|\\.)+)\]:[ \t]*(?:<((?:[^<>\\]|\\.)*)>|([^\s<]\S*))(?:[ \t]+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^)\\]|\\.)*\)))?[ \t\r]*$/

function isBalanced(url: string): boolean {
  let depth = 0
  for (const [sign] of url.replace(/\\[()\\]/g, '').matchAll(/[()]/g)) {
    depth += sign === '(' ? 1 : -1
    if (depth < 0) return false
  }
  return depth === 0
}

/** Of a line that is a link definition. */
export function readDefinition(text: string): { label: string; url: string } | undefined {
  const [, name = '', enclosed, bare = ''] = line.exec(text) ?? []
  const label = normaliseLabel(name)
  return label === '' || label.startsWith('^') || !isBalanced(bare)
    ? undefined
    : { label, url: decodeString(enclosed ?? bare) }
}

/** The labels that a text may name definitions by. */
export function findLabels(text: string): ReadonlySet<string> {
  const labels = new Set<string>()
  for (const [, label = ''] of text.matchAll(/\[((?:[^[\]\\]|\\.)+)\]/g)) labels.add(normaliseLabel(label))
  return labels
}

/** Lets the parser know labels that are defined elsewhere. It finds no more in a text than it did, so it only looks in here. */
function knowLabels(urls: Definitions['urls']): Construct {
  const started = new WeakSet<object>()
  return {
    name: 'knownLabels',
    tokenize(_effects, _ok, nok) {
      const { parser } = this
      if (!started.has(parser)) {
        started.add(parser)
        const own = new Set(parser.defined)
        const defined: string[] = []
        defined.includes = (label) => urls.has(label) || own.has(label)
        defined.push = (...labels) => {
          for (const label of labels) own.add(label)
          return own.size
        }
        parser.defined = defined
      }
      return nok
    },
  }
}

/** Links and pictures that name a definition, as links and pictures that have its address. */
function resolve(node: Nodes, toUrl: (identifier: string) => string) {
  if (!('children' in node)) return
  for (const [index, child] of node.children.entries()) {
    if (child.type === 'linkReference') {
      const { children, position } = child
      node.children[index] = { type: 'link', url: toUrl(child.identifier), children, ...(position && { position }) }
    } else if (child.type === 'imageReference') {
      const { alt, position } = child
      const image = { type: 'image' as const, url: toUrl(child.identifier), ...(alt != null && { alt }) }
      node.children[index] = { ...image, ...(position && { position }) }
    }
    resolve(node.children[index] as Nodes, toUrl)
  }
}

/** Reads a part of a text with the definitions of all of it: none of them is parsed with each part. */
export function remarkDefinitions(this: Processor, { urls }: Definitions) {
  const data = this.data() as Record<string, unknown[] | undefined>
  if (urls.size > 0) (data['micromarkExtensions'] ??= []).push({ document: { null: knowLabels(urls) } })
  return (tree: Root) => {
    const own = new Map<string, string>()
    const collect = (node: Nodes) => {
      if (node.type === 'definition') {
        const label = normaliseLabel(node.identifier)
        if (!own.has(label)) own.set(label, node.url)
      } else if ('children' in node) node.children.forEach(collect)
    }
    collect(tree)
    resolve(tree, (identifier) => {
      const label = normaliseLabel(identifier)
      return urls.get(label) ?? own.get(label) ?? ''
    })
  }
}
