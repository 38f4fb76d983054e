import { expect, test } from 'vitest'
import { toTexts, vectors } from '../../../../e2e/support/vectors.ts'
import type { Run } from '../../../shared/run/run.ts'
import type { SharedView } from '../../../shared/share.ts'
import { toPageView, toShareHtml, type PageContext } from '../../shares/page/share-html.ts'
import { findStrange, type Allowed } from './find-strange.ts'

const place: Omit<PageContext, 'label'> = {
  language: 'en',
  assets: {
    styles: ['<link rel="stylesheet" crossorigin href="/assets/a.css">'],
    scripts: ['<script type="module" crossorigin src="/assets/a.js"></script>'],
    ahead: { run: [], chinese: [], share: [] },
  },
  base: 'https://work.example',
  isDemo: false,
}
const allowed: Allowed = {
  elements: {
    html: 'lang',
    head: '',
    meta: 'charset name property content',
    title: '',
    link: 'rel as fetchpriority href crossorigin',
    script: 'type crossorigin src',
    body: '',
    header: '',
    main: '',
    footer: '',
    div: 'id tabindex data-served',
    article: 'aria-label',
    section: 'id aria-label',
    span: 'tabindex aria-hidden',
    img: 'src alt width height',
  },
  isOwnUrl: (url) =>
    /^\/(favicon\.svg|assets\/a\.(css|js)|api\/(config|shares\/s(\/media\/pic)?)|)$|^#thinking-r$/.test(url),
  isOwnText: () => false,
}

const toView = (text: string): SharedView => ({
  id: 's',
  version: 1,
  scope: 'run',
  include: { question: true, media: true, thinking: true },
  expiresAt: null,
  run: toRun(text),
  earlier: [],
})
const toRun = (text: string): Run => ({
  id: 'r',
  question: `> ${text.replaceAll('\n', '\n> ')}\n\n${text}`,
  media: [{ id: 'pic', kind: 'image', mime: 'image/png', width: 64, height: 48 }],
  model: text,
  thinking: { enabled: true },
  status: 'finished',
  finish: 'stop',
  thinkingText: text,
  answerText: text,
  createdAt: 0,
  lastSeq: 9,
  thinkingStartedAt: 1_000,
  answerStartedAt: 13_000,
  endedAt: 15_000,
  isImported: true,
})

const toPage = (text: string) => toShareHtml(toPageView(toView(text)), { ...place, label: text })

test(`a link's page holds ${vectors.length} vectors as text: quoted, asked, thought, answered, as a model's name`, async () => {
  for (const text of toTexts(40)) {
    expect(findStrange(toPage(text), allowed), text).toEqual([])
  }
})

test('so it does where a text is too long or too costly to be drawn', async () => {
  for (const text of toTexts(3)) {
    const long = `${'word '.repeat(13_000)}\n\n${text}`
    const costly = `${text.replaceAll('\n\n', ' ')}${'*_'.repeat(1_000)}`
    expect(findStrange(toPage(long), allowed)).toEqual([])
    expect(findStrange(toPage(costly), allowed)).toEqual([])
  }
})

test('the look at a page sees what would do harm', () => {
  const harmful = [
    '<img src="https://a.example/x">',
    '<p onclick="x">',
    '<script>x</script>',
    '<a href="javascript:x">x</a>',
    '<a href="https://a.example">x</a>',
    '<svg><style>x</style></svg>',
    '<math><mtext href="https://a.example">x</mtext></math>',
    '<p style="background:url(x)">',
    '<iframe srcdoc="x"></iframe>',
    '<meta http-equiv="refresh" content="0">',
    '<template><script>x</script></template>',
    '<!-- x -->',
  ]
  for (const html of harmful) expect(findStrange(`<body>${html}</body>`, allowed), html).not.toEqual([])
  expect(findStrange('<body><p class="x">x</p></body>', allowed)).toEqual([])
})
