import { createHash } from 'node:crypto'
import { escapeHtml as esc, toHtml } from '../../shared/markdown/to-html.ts'
import { toPlainText } from '../../shared/markdown/to-plain-text.ts'
import { fileReplay } from './file-replay.ts'
import { toDataUrl, toEndLine, toSourceLine, toThinkingLabel, type FilePlace, type FileRun } from './file-messages.ts'

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

/** Word knows a formula by its namespace. */
const toText = (text: string): string =>
  toHtml(text).replace(/<math(?![^>]*xmlns)/g, '<math xmlns="http://www.w3.org/1998/Math/MathML"')

async function toArticle({ run, pictures }: FileRun, isFirst: boolean, place: FilePlace): Promise<string> {
  const { words, hasThinking } = place
  const heading = isFirst ? `<h1>${esc(run.question)}</h1>` : `<h2 class="question">${esc(run.question)}</h2>`
  const images = pictures.map((picture, index) => {
    const { width, height } = picture
    const size = width === undefined || height === undefined ? '' : ` width="${width}" height="${height}"`
    return `<p><img alt="${esc(words.picture(index + 1))}"${size} src="${toDataUrl(picture)}"></p>`
  })
  const end = toEndLine(run, words)
  const thinking =
    hasThinking && run.thinkingText.trim() !== ''
      ? `<details><summary>${esc(toThinkingLabel(run, words))}</summary><div class="thinking">${toText(run.thinkingText)}</div></details>`
      : ''
  return `<article id="run-${esc(run.id)}">
${heading}
${images.join('\n')}
<h2 class="label">${esc(words.answer)}</h2>
<div class="answer">${toText(run.answerText)}</div>
${end === undefined ? '' : `<p class="end">${esc(end)}</p>`}
${thinking}
<p class="source">${esc(toSourceLine(run, place))}</p>
</article>`
}

/** A page that needs nothing but itself: pictures, formulas, thinking, the runs to be imported again, and their replay. */
export async function toHtmlFile(items: FileRun[], archive: AsyncIterable<string>, place: FilePlace): Promise<string> {
  const { words, language } = place
  const articles = await Promise.all(items.map((item, index) => toArticle(item, index === 0, place)))
  const lines: string[] = []
  for await (const line of archive) lines.push(line)
  const labels = {
    play: words.play,
    pause: words.pause,
    replay: words.replay,
    position: words.position,
    speed: words.speed,
  }
  const attributes = Object.entries(labels).map(([name, value]) => ` data-${name}="${esc(value)}"`)
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta http-equiv="x-dns-prefetch-control" content="off">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="generator" content="ShowWork">
<title>${esc(toPlainText(items[0]?.run.question ?? '', 90) || words.appName)}</title>
<style>${styles}</style>
</head>
<body${attributes.join('')}>
${articles.join('\n')}
<script type="application/x-ndjson" id="showwork">
${lines.join('')}</script>
<script>${replay}</script>
</body>
</html>
`
}
