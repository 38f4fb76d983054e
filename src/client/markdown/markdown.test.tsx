// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react'
import { afterEach, describe, expect, test } from 'vitest'
import { en } from '../../shared/messages/en.ts'
import { createSplitter } from '../../shared/markdown/split-blocks.ts'
import { Markdown } from './markdown.tsx'

afterEach(cleanup)

const show = (text: string, isStreaming = false) =>
  render(<Markdown text={text} isStreaming={isStreaming} labels={en.markdown} />).container
const formulas = (container: Element) =>
  [...container.querySelectorAll('[data-tex]')].map((node) => node.getAttribute('data-tex'))
/** What a reader sees outside formulas and code. */
function proseOf(node: Node): string {
  if (node.nodeType === 3) return node.textContent ?? ''
  if (node instanceof Element && (node.hasAttribute('data-tex') || node.localName === 'code')) return ''
  return [...node.childNodes].map(proseOf).join('')
}

describe('formulas', () => {
  test.each([
    ['Let \\(x = 5\\) be.', ['x = 5']],
    ['\\[ a^2 + b^2 = c^2 \\]', ['a^2 + b^2 = c^2']],
    ['- first:\n\n  \\[\n  x = 1\n  \\]\n- second', ['x = 1']],
    ['> so \\(y\\) and\n>\n> \\[ z \\]', ['y', 'z']],
    ['$$\nE = mc^2\n$$', ['E = mc^2']],
    ['设$x=1$，则$y=2$。', ['x=1', 'y=2']],
    ['It costs $5, so $x=5$ holds.', ['x=5']],
    ['1. 先求\n   \\[\n   x = 1\n   \\]\n   再求\\(y\\)。\n2. 完', ['x = 1', 'y']],
    ['- a\n  - b\n\n    \\[ z = 3 \\]\n  - c', ['z = 3']],
    ['> \\[\n> x + y\n> \\]\n> end', ['x + y']],
    ['so $$x^2$$ here', ['x^2']],
    ['Then $a_1$, $b^2$; ($c$) and **$d$**.', ['a_1', 'b^2', 'c', 'd']],
    ['若$a>b$且$b>c$，则$a>c$。', ['a>b', 'b>c', 'a>c']],
    ['价格是$5，而$x=5$。', ['x=5']],
    ['| $a$ | \\(b\\) |\n| --- | --- |\n| $c$ | \\(d\\) |', ['a', 'b', 'c', 'd']],
    ['### 求 \\(x\\)', ['x']],
    ['\\(a * b\\) and \\(c * d_1 e_2\\)', ['a * b', 'c * d_1 e_2']],
    ['面积为\\(12\\text{厘米}^2\\)。', ['12\\text{厘米}^2']],
  ])('%j', (text, expected) => {
    expect(formulas(show(text))).toEqual(expected)
  })

  test.each([
    'It costs $5 and $6.',
    '花费$5和$10。',
    'Write `$x$` and `\\(y\\)`.',
    'From $1,000 to $2,500.50, or $3/kg.',
    '单价$3，共$9。',
    'Both ``$x$ ` \\(y\\)`` and `$$z$$`.',
    'A \\$ sign and \\$x\\$.',
    '```\n$$x$$\n```',
  ])('none in %j', (text) => {
    expect(formulas(show(text))).toEqual([])
  })

  test('what KaTeX cannot read shows its source with a hint', () => {
    const bad = show('So \\(\\frac{1\\) is wrong').querySelector('[data-looks=bad]')
    expect(bad?.textContent).toBe('\\frac{1')
  })

  test('no style attribute is parsed: styles are set through the object model', () => {
    expect(show('\\(\\vec{x}\\)').querySelector('[data-style]')).toBeNull()
  })
})

test('an escaped dollar shows as a dollar', () => {
  expect(proseOf(show('A \\$ sign and \\$x\\$.'))).toBe('A $ sign and $x$.')
})

test.each([
  ['**注意：**请看', '注意：'],
  ['这是**“重点”**内容', '“重点”'],
  ['所以**答案（1）**是', '答案（1）'],
  ['**结论。**因此', '结论。'],
])('Chinese bold stands next to punctuation: %s', (text, bold) => {
  expect(show(text).querySelector('strong')?.textContent).toBe(bold)
})

test.each(['see https://a.example/b now', '<https://a.example/b>'])('an address becomes a link: %s', (text) => {
  const link = show(text).querySelector('a')
  expect(link?.getAttribute('href')).toBe('https://a.example/b')
  expect(link?.rel).toBe('noopener noreferrer')
})

test.each([
  '[a](javascript:alert(1))',
  '[a](JaVaScRiPt:alert(1))',
  '[a](java&#115;cript:alert(1))',
  '[a](data:text/html,<script>alert(1)</script>)',
  '[a][1]\n\n[1]: javascript:alert(1)',
  '<javascript:alert(1)>',
  '![a](javascript:alert(1))',
  '![a](data:image/svg+xml;base64,AAAA)',
  '<img src=x onerror=alert(1)>',
  'a <a href="javascript:alert(1)">b</a>',
  '<script>alert(1)</script>',
  '<div>\n<img src=x onerror=alert(1)>\n</div>',
  '\\(\\href{javascript:alert(1)}{x}\\)',
  '\\(\\includegraphics{https://a.example/p.png}\\)',
  '\\(\\htmlData{x=1}{y}\\)',
])('nothing to run, load or follow in %j', (text) => {
  for (const isStreaming of [true, false]) {
    const found = show(text, isStreaming).querySelector('a, img, script, iframe, [onerror]')
    expect(found?.outerHTML).toBeUndefined()
  }
})

test('model text never runs, loads or leads to anything but the web', () => {
  const container = show(
    '<img src=x onerror=alert(1)><script>alert(1)</script> ![p](https://a.example/p.png) [j](javascript:alert(1)) [d](data:text/html,x) [ok](https://b.example)',
  )
  expect(container.querySelector('img, script, iframe')).toBeNull()
  const links = [...container.querySelectorAll('a')]
  expect(links.map((link) => link.getAttribute('href'))).toEqual(['https://a.example/p.png', 'https://b.example'])
  expect(links.every((link) => link.rel === 'noopener noreferrer' && link.target === '_blank')).toBe(true)
})

const answers = Object.values(
  import.meta.glob<string>('./corpus/{en,zh}-1.txt', { query: '?raw', import: 'default', eager: true }),
).flatMap((file) =>
  file
    .split(/^=== .*\n(?:keep: .*\n)*/m)
    .slice(1, 8)
    .map((text) => text.trimEnd()),
)

describe.each(answers)('beginnings of %j', (answer) => {
  test('shows no error and no raw delimiter, and its end equals the whole', () => {
    const { container, rerender } = render(<Markdown text="" isStreaming labels={en.markdown} />)
    for (let end = 1; end <= answer.length; end += 3) {
      rerender(<Markdown text={answer.slice(0, end)} isStreaming labels={en.markdown} />)
      const prose = proseOf(container)
      const at = JSON.stringify(answer.slice(0, end).slice(-40))
      expect(container.querySelector('[data-looks=bad]')?.textContent, at).toBeUndefined()
      expect(prose, at).not.toMatch(/\\[([]|\\begin|\$\$|\*\*/)
    }
    rerender(<Markdown text={answer} isStreaming={false} labels={en.markdown} />)
    const live = container.innerHTML
    cleanup()
    expect(live).toBe(show(answer).innerHTML)
  })
})

test.each(answers)('finished blocks of %j keep their places', (answer) => {
  const { container, rerender } = render(<Markdown text="" isStreaming labels={en.markdown} />)
  let finished: (Element | null)[] = []
  for (let end = 1; end <= answer.length; end += 5) {
    const text = answer.slice(0, end)
    rerender(<Markdown text={text} isStreaming labels={en.markdown} />)
    const blocks = [...container.querySelectorAll('.md-block')]
    const now = blocks.slice(0, -1).map((block) => block.firstElementChild)
    expect(
      finished.every((node, index) => node === now[index]),
      JSON.stringify(text.slice(-40)),
    ).toBe(true)
    finished = now
  }
})

test('a finished block keeps its place in the page while the text grows', () => {
  const { container, rerender } = render(<Markdown text={'First \\(x\\).\n\nSec'} isStreaming labels={en.markdown} />)
  const formula = container.querySelector('[data-tex]')
  rerender(<Markdown text={'First \\(x\\).\n\nSecond and third.'} isStreaming labels={en.markdown} />)
  expect(container.querySelector('[data-tex]')).toBe(formula)
})

test.each([
  ['quotes nested 3,000 deep', '>'.repeat(3_000)],
  ['lists nested 3,000 deep on a line', '- '.repeat(3_000) + 'x'],
  ['19 kB of emphasis that never closes', '**a*'.repeat(4_750)],
  ['5,000 open brackets', '['.repeat(5_000)],
  ['9,000 dollars', '$a'.repeat(9_000)],
  ['1,400 environments without an end', '\\begin{align} '.repeat(1_400)],
  ['1,000 formulas without an end', '\\(x '.repeat(1_000)],
  ['19,000 angle brackets', '<'.repeat(19_000)],
])('%s shows as it is instead of being parsed', (_name, text) => {
  for (const isStreaming of [true, false]) {
    const shown = show(text, isStreaming)
    expect(shown.querySelector('.md-plain')).not.toBeNull()
    expect(shown.textContent.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
    cleanup()
  }
})

test('what looks like HTML is text that stays, and a line break is one', () => {
  expect(show('A vector<int> and <a>link</a>.').textContent).toBe('A vector<int> and <a>link</a>.')
  const container = show('a<br>b')
  expect(container.querySelector('br')).not.toBeNull()
  expect(container.textContent).not.toContain('<br>')
})

test('code that still grows below its sentence is not coloured or offered for copying before it is whole', () => {
  const text = 'So:\n```python\nprint(1)'
  const { container, rerender } = render(<Markdown text={text} isStreaming labels={en.markdown} />)
  expect(container.querySelector('pre')?.textContent).toContain('print(1)')
  expect(container.querySelector('.md-code button')).toBeNull()
  rerender(<Markdown text={`${text}\n\`\`\``} isStreaming={false} labels={en.markdown} />)
  expect(container.querySelector('.md-code button')).not.toBeNull()
})

test('a long stretch of headings is cut at them, and definitions are kept however many there are', () => {
  const headings = createSplitter()('# A heading of its own\n'.repeat(2_000)).groups.flatMap(({ blocks }) => blocks)
  expect(Math.max(...headings.map((block) => block.text.length))).toBeLessThan(3_000)
  const lines = Array.from({ length: 2_000 }, (_, n) => `[l${n}]: https://example.com/${n}\n`).join('')
  expect(createSplitter()(lines).definitions.count).toBe(2_000)
})
