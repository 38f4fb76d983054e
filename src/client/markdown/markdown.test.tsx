// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react'
import { afterEach, describe, expect, test } from 'vitest'
import { en } from '../../shared/messages/en.ts'
import { Markdown } from './markdown.tsx'

afterEach(cleanup)

const show = (text: string, isStreaming = false) =>
  render(<Markdown text={text} isStreaming={isStreaming} labels={en.markdown} />).container
const formulas = (container: Element) =>
  [...container.querySelectorAll('[data-tex]')].map((node) => node.getAttribute('data-tex'))
/** What a reader sees outside formulas and code. */
function proseOf(container: Element): string {
  const copy = container.cloneNode(true) as Element
  for (const node of copy.querySelectorAll('[data-tex], code')) node.remove()
  return copy.textContent ?? ''
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
    ['面积为\\(12\\text{厘米}^2\\)。', ['12\\text{厘米}^2']],
  ])('%j', (text, expected) => {
    expect(formulas(show(text))).toEqual(expected)
  })

  test.each([
    'It costs $5 and $6.',
    '花费$5和$10。',
    'Write `$x$` and `\\(y\\)`.',
    'A \\$ sign and \\$x\\$.',
    '```\n$$x$$\n```',
  ])('none in %j', (text) => {
    expect(formulas(show(text))).toEqual([])
  })

  test('what KaTeX cannot read shows its source with a hint', () => {
    const bad = show('So \\(\\frac{1\\) is wrong').querySelector('.md-bad-formula')
    expect(bad?.textContent).toBe('\\frac{1')
  })

  test('no style attribute is parsed: styles are set through the object model', () => {
    expect(show('\\(\\vec{x}\\)').querySelector('[data-style]')).toBeNull()
  })
})

test('Chinese bold stands next to punctuation', () => {
  expect(show('**注意：**请看').querySelector('strong')?.textContent).toBe('注意：')
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

const answers = [
  '**Step 1.** The triangle has \\(AB = 10\\) and \\(AC = 6\\), so\n\n\\[ BC = \\sqrt{10^2 - 6^2} = 8. \\]\n\n**Step 2.** By the bisector theorem, $\\frac{CD}{DB} = \\frac{6}{10}$.\n\n\\[\n\\boxed{AD = 3\\sqrt{5}}\n\\]',
  '## 解答\n\n由题意，设$x$为边长，则\n\n$$\n\\begin{aligned}\nx^2 &= 16 \\\\\nx &= 4\n\\end{aligned}\n$$\n\n1. 面积：\\(4 \\times 4 = 16\\text{厘米}^2\\)\n2. 周长：\\(16\\)厘米\n\n**答案：**$\\boxed{16}$',
  'The costs are $5 and $6, in all $11.\n\n| item | price |\n| --- | --- |\n| pen | \\(5\\) |\n| book | \\(6\\) |\n\nSo *both* cost **eleven** dollars; see `total = 5 + 6`.\n\n```python\nprint("$5")\n```\n\nDone.',
  '- Case one:\n\n  \\[ f(x) = \\begin{cases} x & x > 0 \\\\ -x & x \\le 0 \\end{cases} \\]\n\n- Case two: \\(f(0) = 0\\).\n\n> Note that $|x| \\ge 0$.\n\nHence **the minimum** is $0$.',
]

describe.each(answers)('every beginning of %j', (answer) => {
  test('shows no error and no raw delimiter, and its end equals the whole', () => {
    const { container, rerender } = render(<Markdown text="" isStreaming labels={en.markdown} />)
    for (let end = 1; end <= answer.length; end += 1) {
      rerender(<Markdown text={answer.slice(0, end)} isStreaming labels={en.markdown} />)
      const prose = proseOf(container)
      const at = JSON.stringify(answer.slice(0, end).slice(-40))
      expect(container.querySelector('.md-bad-formula'), at).toBeNull()
      expect(prose, at).not.toMatch(/\\[([]|\\begin|\$\$|\*\*/)
    }
    rerender(<Markdown text={answer} isStreaming={false} labels={en.markdown} />)
    const live = container.innerHTML
    cleanup()
    expect(live).toBe(show(answer).innerHTML)
  })
})

test('a finished block keeps its place in the page while the text grows', () => {
  const { container, rerender } = render(<Markdown text={'First \\(x\\).\n\nSec'} isStreaming labels={en.markdown} />)
  const formula = container.querySelector('[data-tex]')
  rerender(<Markdown text={'First \\(x\\).\n\nSecond and third.'} isStreaming labels={en.markdown} />)
  expect(container.querySelector('[data-tex]')).toBe(formula)
})
