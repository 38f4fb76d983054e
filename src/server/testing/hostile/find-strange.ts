import { parse, type DefaultTreeAdapterTypes as Tree } from 'parse5'

/** What a page of ours may be made of beyond the elements of the renderer. */
export type Allowed = {
  /** Elements, each with the attributes it may have beside `class`. */
  elements: Record<string, string>
  /** Whether an address that is no link may stand there: a picture's, a style sheet's. */
  isOwnUrl: (url: string) => boolean
  /** Whether this is the text of a script or a style sheet of ours. */
  isOwnText: (text: string) => boolean
}

/** The renderer's set, without `math` and what is in it. */
const elements: Record<string, string> = {
  ...Object.fromEntries(
    'p h1 h2 h3 h4 h5 h6 em strong del code hr br blockquote ul li table thead tbody tr'
      .split(' ')
      .map((name) => [name, '']),
  ),
  div: 'tabindex',
  pre: 'tabindex',
  span: 'tabindex',
  ol: 'start',
  th: 'align',
  td: 'align',
  a: 'href title target rel',
  input: 'type disabled checked',
}
const mathElements =
  /^(math|semantics|m(i|n|o|row|text|space|frac|sqrt|root|su[bp]|subsup|over|under|underover|table|tr|td|labeledtr|enclose|style|padded|phantom|error|stack|action|multiscripts|prescripts|fenced))$/
/** How a formula looks, never where it leads. */
const mathAttributes =
  /^(xmlns|display|class|mathvariant|mathcolor|mathbackground|stretchy|fence|separator|accent|accentunder|lspace|rspace|width|height|depth|voffset|minsize|maxsize|scriptlevel|displaystyle|columnalign|columnspacing|rowspacing|columnlines|rowlines|rowalign|notation|linethickness|movablelimits|form|symmetric|side|linebreak|intent|arg)$/
const svgOrMath = /^http:\/\/www\.w3\.org\/(2000\/svg|1998\/Math\/MathML)$/

const textOf = (element: Tree.Element) =>
  element.childNodes.map((child) => (child.nodeName === '#text' ? (child as Tree.TextNode).value : '')).join('')

/** How a browser would see a page, and whatever in it is not ours: elements, attributes, addresses, scripts, comments. */
export function findStrange(html: string, allowed: Allowed): string[] {
  const strange: string[] = []
  const attributesOf = { ...elements, ...allowed.elements }

  function look(element: Tree.Element) {
    const name = element.tagName
    const isMath = svgOrMath.test(element.namespaceURI)
    const known = attributesOf[name]
    if (isMath ? !mathElements.test(name) : known === undefined) strange.push(`<${name}>`)
    for (const { name: attribute, value } of element.attrs) {
      const place = `<${name} ${attribute}="${value.slice(0, 80)}">`
      const isKnown = isMath
        ? mathAttributes.test(attribute)
        : attribute === 'class' || known?.split(' ').includes(attribute)
      if (!isKnown) strange.push(place)
      if (attribute === 'src' && !allowed.isOwnUrl(value)) strange.push(place)
      if (attribute === 'href') {
        if (allowed.isOwnUrl(value)) continue
        const about = new Map(element.attrs.map((each) => [each.name, each.value]))
        const isFine =
          name === 'a' &&
          /^(https?:|mailto:)/i.test(value) &&
          about.get('rel') === 'noopener noreferrer' &&
          about.get('target') === '_blank' &&
          about.get('title') === value
        if (!isFine) strange.push(place)
      }
    }
    if ((name === 'script' || name === 'style') && textOf(element) !== '' && !allowed.isOwnText(textOf(element))) {
      strange.push(`<${name}>${textOf(element).slice(0, 80)}`)
    }
  }

  function walk(node: Tree.Node) {
    if (node.nodeName === '#comment') strange.push('<!-- -->')
    if ('tagName' in node) look(node)
    if ('content' in node) walk(node.content)
    if ('childNodes' in node) node.childNodes.forEach(walk)
  }
  walk(parse(html))
  return strange
}
