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

const answers = [
  '**Step 1.** The triangle has \\(AB = 10\\) and \\(AC = 6\\), so\n\n\\[ BC = \\sqrt{10^2 - 6^2} = 8. \\]\n\n**Step 2.** By the bisector theorem, $\\frac{CD}{DB} = \\frac{6}{10}$.\n\n\\[\n\\boxed{AD = 3\\sqrt{5}}\n\\]',
  '## 解答\n\n由题意，设$x$为边长，则\n\n$$\n\\begin{aligned}\nx^2 &= 16 \\\\\nx &= 4\n\\end{aligned}\n$$\n\n1. 面积：\\(4 \\times 4 = 16\\text{厘米}^2\\)\n2. 周长：\\(16\\)厘米\n\n**答案：**$\\boxed{16}$',
  'The costs are $5 and $6, in all $11.\n\n| item | price |\n| --- | --- |\n| pen | \\(5\\) |\n| book | \\(6\\) |\n\nSo *both* cost **eleven** dollars; see `total = 5 + 6`.\n\n```python\nprint("$5")\n```\n\nDone.',
  '- Case one:\n\n  \\[ f(x) = \\begin{cases} x & x > 0 \\\\ -x & x \\le 0 \\end{cases} \\]\n\n- Case two: \\(f(0) = 0\\).\n\n> Note that $|x| \\ge 0$.\n\nHence **the minimum** is $0$.',
  String.raw`To solve the system, write

\[
\begin{cases}
2x + y = 7 \\
x - y = 2
\end{cases}
\]

Adding the equations gives $3x = 9$, hence $x = 3$ and $y = 1$.

**Check:** \(2 \cdot 3 + 1 = 7\) and \(3 - 1 = 2\), as required.

Therefore the answer is $$\boxed{(x, y) = (3, 1)}.$$`,
  String.raw`### Derivation

1. Start from the product rule:
   \[
   (uv)' = u'v + uv'
   \]
2. Integrate both sides:
   $$
   \int u\,dv = uv - \int v\,du
   $$
3. Set $u = x$, $dv = e^x\,dx$:

   \begin{aligned}
   \int x e^x\,dx &= x e^x - \int e^x\,dx \\
   &= (x - 1)e^x + C
   \end{aligned}

So the result is \(\boxed{(x-1)e^x + C}\), valid for *all* real \(x\).`.replace(
    /\\begin\{aligned\}[^]*\\end\{aligned\}/,
    (body) => `\\[ ${body} \\]`,
  ),
  String.raw`**解：**设长方形的长为$a$厘米，宽为$b$厘米，则

\[
\begin{aligned}
2(a + b) &= 20 \\
a - b &= 2
\end{aligned}
\]

解得\(a = 6\)，\(b = 4\)。

**面积：**$S = ab = 6 \times 4 = 24\text{平方厘米}$。

> **注意：**单位是\(\text{厘米}^2\)，不是\(\text{厘米}\)。

答：面积为$\boxed{24\text{厘米}^2}$，花费$5和$10。`,
  String.raw`下表给出函数值：

| $x$ | \(f(x)\) | 说明 |
| :-: | :-: | --- |
| $-1$ | \(\frac{1}{2}\) | **负数** |
| $0$ | \(1\) | 零点 |
| $1$ | \(2\) | 见 \`2 ** 1\` |

由表可知，$f(x) = 2^x$，所以：

- 当$x > 0$时，\(f(x) > 1\)；
- 当$x < 0$时，\(0 < f(x) < 1\)。

因此$$f(10) = 2^{10} = 1024。$$

**答案：**\(\boxed{1024}\)`.replaceAll('\\`', '`'),
  String.raw`Use this short program to verify:

~~~python
# $x$ and \(y\) stay as they are
total = 0
for k in range(1, 11):
    total += k ** 2

print(f"${'$'}{total}")
~~~

It prints 385, matching the formula

$$\sum_{k=1}^{n} k^2 = \frac{n(n+1)(2n+1)}{6}$$

at $n = 10$. See https://example.com/sums or [the proof](https://example.com/proof_(a)) for *details*, and note that ~~induction~~ telescoping also works.`,
  String.raw`The matrix is

\[ A = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}, \qquad \det A = -2. \]

* Its inverse is

  \[ A^{-1} = -\frac{1}{2} \begin{pmatrix} 4 & -2 \\ -3 & 1 \end{pmatrix} \]

* Its eigenvalues satisfy \(\lambda^2 - 5\lambda - 2 = 0\):

  \[
  \lambda = \frac{5 \pm \sqrt{33}}{2}
  \]

* The trace is $5 = \lambda_1 + \lambda_2$.

---

**Final answer:** \(\boxed{\lambda_{1,2} = \tfrac{5 \pm \sqrt{33}}{2}}\).`,
  String.raw`分段函数定义为
$$
f(x) = \begin{cases}
x^2, & x \ge 0 \\
-x, & x < 0
\end{cases}
$$
**（1）**当$x=2$时，$f(2)=4$；
**（2）**当$x=-3$时，$f(-3)=3$。

## 讨论

1. **连续性：**因为\(\lim_{x\to 0^+} f(x) = \lim_{x\to 0^-} f(x) = 0\)，所以连续。
2. **可导性：**左导数为$-1$，右导数为$0$，
   \[ f'_-(0) \ne f'_+(0), \]
   故不可导。

综上，\(\boxed{\text{连续但不可导}}\)。`,
  String.raw`A shirt costs $25 and is discounted by 20%, so you save $25 \times 0.2 = 5$ dollars.

- Price after discount: $20.
- With 8% tax: \(20 \times 1.08 = 21.60\), that is **$21.60**.
- Paying with $50 gives back $28.40.

In symbols, with price \(p\) and rate \(r\):

\[
\text{total} = p\,(1 - d)(1 + r)
\]

So the total is $\boxed{\$21.60}$.

Is it cheaper than $22? Yes, by \$0.40.`,
  String.raw`**Claim.** For all $n \ge 1$, \(n^3 - n\) is divisible by $6$.

*Proof.* We factor:
\begin{align*}
n^3 - n &= n(n^2 - 1) \\
&= (n-1)\,n\,(n+1).
\end{align*}

Among three consecutive integers

1. at least one is even, so $2 \mid n^3 - n$;
2. exactly one is a multiple of $3$, so $3 \mid n^3 - n$.

Since \(\gcd(2, 3) = 1\), we get $6 \mid n^3 - n$. ***Done.*** \(\blacksquare\)`.replace(
    /\\begin\{align\*\}[^]*\\end\{align\*\}/,
    (body) => `$$\n${body}\n$$`,
  ),
  String.raw`根据图中信息，电路由三个电阻组成：

1. \(R_1 = 2\,\Omega\)
2. \(R_2 = 3\,\Omega\)
   - 与$R_3$并联
   - 总电阻：

     \[
     R_{23} = \frac{R_2 R_3}{R_2 + R_3} = 2\,\Omega
     \]
3. \(R_3 = 6\,\Omega\)

于是$R = R_1 + R_{23} = 4\,\Omega$，电流$I = \dfrac{U}{R} = \dfrac{12}{4} = 3\text{ A}$。

> 功率为
>
> \[ P = UI = 36\text{ W} \]
>
> 其中\(U = 12\text{ V}\)。

**答：**电流为**3安**，功率为**36瓦**。`,
  String.raw`The reaction is $2\,\mathrm{H_2} + \mathrm{O_2} \to 2\,\mathrm{H_2O}$.

| Quantity | Symbol | Value |
|---|:---:|---:|
| mass | $m$ | \(4\,\text{g}\) |
| moles | $n = \frac{m}{M}$ | \(2\,\text{mol}\) |
| volume | \(V\) | **44.8** L |

Because \(1\,\text{mol}\) takes $22.4$ litres, we have

$$V = n V_m = 2 \times 22.4 = 44.8\,\text{L}.$$

Run \`V = n * 22.4\` to check; the shell variable \`$PATH\` and \`\(x\)\` are not math.`.replaceAll('\\`', '`'),
]

describe.each(answers)('beginnings of %j', (answer) => {
  test('shows no error and no raw delimiter, and its end equals the whole', () => {
    const { container, rerender } = render(<Markdown text="" isStreaming labels={en.markdown} />)
    const step = answers.indexOf(answer) < 3 ? 1 : 7
    for (let end = 1; end <= answer.length; end += step) {
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
])('%s shows as it is instead of being parsed', (_name, text) => {
  for (const isStreaming of [true, false]) {
    expect(show(text, isStreaming).querySelector('.md-plain')?.textContent).toBe(text.trim())
    cleanup()
  }
})

test('what looks like HTML is text that stays, and a line break is one', () => {
  expect(show('A vector<int> and <b>bold</b>.').textContent).toBe('A vector<int> and <b>bold</b>.')
  const container = show('a<br>b')
  expect(container.querySelector('br')).not.toBeNull()
  expect(container.textContent).not.toContain('<br>')
})
