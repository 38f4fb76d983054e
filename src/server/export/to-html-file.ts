import { createHash } from 'node:crypto'
import { escapeHtml as esc } from '../../shared/markdown/to-html.ts'
import { toPlainText } from '../../shared/markdown/to-plain-text.ts'
import { messagesOf } from '../messages-of.ts'
import type { Draw } from './draw-texts.ts'
import { fileReplay } from './file-replay.ts'
import { charsOf, toBase64, type FileItems, type FilePicture, type FilePlace } from './file-messages.ts'

const styles = `
:root{color-scheme:light dark;--paper:#fbf9f4;--ink:#1d2422;--soft:#59625e;--line:#ddd6c7;--accent:#1f5a4e}
@media (prefers-color-scheme:dark){:root{--paper:#161a19;--ink:#e9e6dd;--soft:#a3aca7;--line:#39413e;--accent:#7cc9b5}}
body{max-width:46rem;margin:0 auto;padding:2rem 1.25rem 4rem;background:var(--paper);color:var(--ink);font:1.0625rem/1.65 system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;overflow-wrap:break-word}
h1,h2.question{font-family:Georgia,'Songti SC','Noto Serif CJK SC',serif;font-size:1.6rem;line-height:1.3;white-space:pre-wrap}
h2.label,summary,.source,.end{color:var(--soft);font-size:.875rem;font-weight:500}
article+article{margin-top:3rem;border-top:1px solid var(--line);padding-top:2rem}
img{max-width:100%;height:auto;max-height:24rem;border:1px solid var(--line);border-radius:.75rem}
details{margin:1.5rem 0;border:1px solid var(--line);border-radius:.75rem;padding:.75rem 1rem}
summary{cursor:pointer}
.thinking{color:var(--soft);font-size:.95rem}
.md-scroller{display:block;overflow-x:auto;padding:.25rem 0}
math{font-size:1.1em}.md-tied{white-space:nowrap}
table{border-collapse:collapse}th,td{border:1px solid var(--line);padding:.35rem .7rem}
pre{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem;padding:.75rem}
blockquote{margin-inline:0;border-inline-start:2px solid var(--line);padding-inline-start:1rem;color:var(--soft)}
.replay{display:flex;gap:.75rem;align-items:center;margin-top:1.5rem}
.replay input{flex:1}.replay button{min-width:5rem;padding:.35rem 1rem;border-radius:2rem;border:1px solid var(--accent);background:none;color:inherit;font:inherit}
a{color:var(--accent)}
@media print{body{max-width:none;padding:0;background:none;color:#000}.replay,details:not([open]){display:none}img{max-height:12cm}math,tr,pre,img{break-inside:avoid}}
`

const replay = `(${fileReplay.toString()})(document)`

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
/** Whatever a text should bring about, a browser runs our script and nothing else, and fetches nothing. */
const policy = [
  "default-src 'none'",
  'img-src data:',
  `style-src ${hash(styles)}`,
  `script-src ${hash(replay)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

async function* toImage(picture: FilePicture, alt: string): AsyncGenerator<string> {
  const { mime, width, height } = picture
  const size = width === undefined || height === undefined ? '' : ` width="${width}" height="${height}"`
  yield `<p><img alt="${esc(alt)}"${size} src="data:${mime};base64,`
  yield* toBase64(await picture.read())
  yield '"></p>\n'
}

function toHead(title: string, { language }: FilePlace): string {
  const words = messagesOf(language)
  const { play, pause, replay: again, position, speed } = words
  const attributes = Object.entries({ play, pause, replay: again, position, speed }).map(
    ([name, value]) => ` data-${name}="${esc(value)}"`,
  )
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta http-equiv="x-dns-prefetch-control" content="off">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="generator" content="ShowWork">
<title>${esc(title || words.appName)}</title>
<style>${styles}</style>
</head>
<body${attributes.join('')}>
`
}

/** A page that needs nothing but itself: pictures, formulas, thinking, the runs to be imported again, and their replay. */
export async function* toHtmlFile(
  items: FileItems,
  archive: AsyncIterable<string>,
  place: FilePlace,
  draw: Draw,
): AsyncGenerator<string> {
  const words = messagesOf(place.language)
  let isFirst = true
  for await (const { run, pictures } of items()) {
    if (isFirst) yield toHead(toPlainText(run.question, 90), place)
    const { before, after } = await draw('toHtmlPart', { run, isFirst, place }, charsOf(run))
    isFirst = false
    yield before
    for (const [index, picture] of pictures.entries()) yield* toImage(picture, words.picture(index + 1))
    yield after
  }
  yield '<script type="application/x-ndjson" id="showwork">\n'
  yield* archive
  yield `</script>\n<script>${replay}</script>\n</body>\n</html>\n`
}
