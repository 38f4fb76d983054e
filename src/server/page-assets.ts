/** What a page made on the server needs of the built client, as elements. */
export type PageAssets = { styles: string[]; scripts: string[] }

/** From the built `index.html` and the list of files: model text has a sheet of its own. */
export function toPageAssets(indexHtml: string, paths: Iterable<string>): PageAssets {
  const elements = indexHtml.match(/<(?:link|script)\b[^>]*>(?:<\/script>)?/g) ?? []
  const sheets = [...paths].filter((path) => /^\/assets\/markdown-[\w-]+\.css$/.test(path))
  return {
    styles: [
      ...elements.filter((element) => element.includes('rel="stylesheet"')),
      ...sheets.map((path) => `<link rel="stylesheet" crossorigin href="${path}">`),
    ],
    // Behind the content and after what it is styled by: the page is read before its program is there.
    scripts: elements
      .filter((element) => /^<script|rel="modulepreload"/.test(element))
      .map((element) => element.replace(/^<(link|script)/, '<$1 fetchpriority="low"')),
  }
}
