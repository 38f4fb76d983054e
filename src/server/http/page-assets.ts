import { formulaFaces } from '../../shared/markdown/formula-faces.ts'

/** What the build says of its chunks, by their source: the parts used here. */
export type Manifest = Record<string, { file: string; imports?: string[]; css?: string[]; assets?: string[] }>

/** What a page made on the server needs of the built client, as elements. */
export type PageAssets = {
  styles: string[]
  scripts: string[]
  /** What the program of a page asks for once it runs, so that it comes beside the program and not after it. */
  ahead: { run: string[]; share: string[]; chinese: string[] }
}

/** Behind what is looked at sooner. */
export const low = ' fetchpriority="low"'
const renderer = 'src/client/markdown/markdown.tsx'
const runPage = 'src/client/pages/run-page.tsx'
const sharePage = 'src/client/pages/share-page.tsx'
const chinese = 'src/shared/messages/zh.ts'

/** For an answer that the program reads first of all. */
export const toAnswerLink = (path: string, priority = '') =>
  `<link rel="preload" as="fetch"${priority} crossorigin href="${path}">`

/** A chunk and all that it imports at once. */
function collect(manifest: Manifest, name: string, found = new Set<string>()): Set<string> {
  if (found.has(name) || !manifest[name]) return found
  found.add(name)
  for (const each of manifest[name].imports ?? []) collect(manifest, each, found)
  return found
}

function toModules(manifest: Manifest, name: string, priority: string, known: ReadonlySet<string>): string[] {
  return [...collect(manifest, name)]
    .filter((each) => !known.has(each))
    .map((each) => `<link rel="modulepreload"${priority} crossorigin href="/${manifest[each]?.file}">`)
}

/** From the built `index.html` and the build's own list; model text has a sheet of its own. */
export function toPageAssets(indexHtml: string, manifest: Manifest): PageAssets {
  const elements = indexHtml.match(/<(?:link|script)\b[^>]*>(?:<\/script>)?/g) ?? []
  const { css = [], assets = [] } = manifest[renderer] ?? {}
  const fonts = formulaFaces.flatMap(
    ({ file }) => assets.find((path) => path.includes(`/${file}-`) && path.endsWith('.woff2')) ?? [],
  )
  const first = collect(manifest, 'index.html')
  const toPreload = (path: string, as: string) => `<link rel="preload" as="${as}"${low} crossorigin href="/${path}">`
  const toAhead = (page: string, priority: string) => {
    const known = new Set([...first, ...collect(manifest, page)])
    return [
      ...toModules(manifest, page, priority, first),
      // The text is there before what draws it.
      ...toModules(manifest, renderer, low, known),
      ...fonts.map((path) => toPreload(path, 'font')),
    ]
  }
  return {
    styles: [
      ...elements.filter((element) => element.includes('rel="stylesheet"')),
      ...css.map((path) => `<link rel="stylesheet" crossorigin href="/${path}">`),
    ],
    // Behind the content and after what it is styled by: the page is read before its program is there.
    scripts: elements
      .filter((element) => /^<script|rel="modulepreload"/.test(element))
      .map((element) => element.replace(/^<(link|script)/, `<$1${low}`)),
    ahead: {
      run: [...toAhead(runPage, ''), ...css.map((path) => toPreload(path, 'style'))],
      share: toAhead(sharePage, low),
      chinese: toModules(manifest, chinese, '', first),
    },
  }
}
