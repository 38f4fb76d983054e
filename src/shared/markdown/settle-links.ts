import type { Link, Nodes, PhrasingContent, Root } from 'mdast'

/** The host a link really leads to, shown behind a text that names another. */
type HostNode = {
  type: 'host'
  value: string
  data: { hName: 'span'; hProperties: { className: string }; hChildren: { type: 'text'; value: string }[] }
}
declare module 'mdast' {
  interface RootContentMap {
    host: HostNode & { position?: import('unist').Position }
  }
  interface PhrasingContentMap {
    host: HostNode & { position?: import('unist').Position }
  }
}

/** No text of a link is looked at further than this. */
const maxChars = 500
const letter = String.raw`(?:(?!\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana})[\p{L}\p{N}])`
const hosts = new RegExp(
  String.raw`(?:${letter}(?:${letter}|-){0,62}\.){1,8}${letter}{2,24}(?!${letter}|-)|\d{1,3}(?:\.\d{1,3}){3}`,
  'gu',
)
/** Names of files look like hosts and are none. */
const isFile = (name: string) =>
  /\.(?:[jt]sx?|json|html?|css|png|jpe?g|gif|svg|pdf|txt|csv|xml|tex|docx?|xlsx?|pptx?|java|cpp|ipynb)$/i.test(name)
const unseen = /[\u00ad\u200b-\u200f\u2060\ufeff]/g
const addressStart = /^(?:[a-z][a-z\d+.-]*:\/\/|www\.)/i

const toText = (node: Nodes): string =>
  'children' in node ? node.children.map(toText).join('') : 'value' in node ? node.value : ''

/** As a browser spells it: letters of other scripts, which may look like these, in ASCII. */
function toHost(address: string): string {
  try {
    return new URL(address).hostname.toLowerCase().replace(/^www\./, '')
  } catch {
    return ''
  }
}

/** Where a link leads, if its text names another host. */
function findHiddenHost(text: string, url: string): string | undefined {
  const mailbox = /^mailto:[^?]*@([^?]*)/i.exec(url)?.[1]
  const real = mailbox === undefined ? toHost(url) : toHost(`http://${mailbox}`)
  if (real === '') return undefined
  const shown = text.slice(0, maxChars).normalize('NFKC').replace(unseen, '').trim()
  // Of an address only the host counts, and what stands before an @ to look like one.
  const [address = ''] = addressStart.test(shown) ? (/^(?:[a-z][a-z\d+.-]*:\/\/)?[^/?#\s]*/i.exec(shown) ?? []) : []
  const named =
    address === '' || /\s/.test(shown) ? (shown.match(hosts) ?? []) : address.replace(/^[^/]*:\/\//, '').split('@')
  const differs = named.some((name) => !isFile(name) && toHost(`http://${name}`) !== real)
  return differs ? real : undefined
}

function showHost(children: PhrasingContent[], url: string): PhrasingContent[] {
  const host = findHiddenHost(children.map(toText).join(''), url)
  if (host === undefined) return children
  const value = ` (${host})`
  const data = {
    hName: 'span' as const,
    hProperties: { className: 'md-host' },
    hChildren: [{ type: 'text' as const, value }],
  }
  return [...children, { type: 'host', value, data }]
}

/** Whether this is an address as it stands in the text. */
const isBare = ({ children, url }: Link) => url.endsWith(children.map(toText).join(''))

function settle(node: Nodes, isInLink: boolean, isGrowing: boolean) {
  if (!('children' in node)) return
  for (const [index, child] of node.children.entries()) {
    const isLast = isGrowing && index === node.children.length - 1
    // An address that still grows may yet have another host.
    if (child.type === 'link' && isLast && isBare(child)) continue
    if (child.type === 'link') child.children = showHost(child.children, child.url) as typeof child.children
    else if (child.type === 'image') {
      const label = { type: 'text' as const, value: child.alt || child.url }
      const { position, url } = child
      node.children[index] = isInLink
        ? label
        : { type: 'link', url, children: showHost([label], url) as never, ...(position && { position }) }
    }
    settle(node.children[index] as Nodes, isInLink || child.type === 'link', isLast)
  }
}

/**
 * Pictures as links, since fetching one would call somebody else's server; and behind each link whose text names another
 * host than its own, that host.
 */
export const remarkLinks =
  ({ isGrowing = false } = {}) =>
  (tree: Root) =>
    settle(tree, false, isGrowing)
