import fc from 'fast-check'
import katex from 'katex'
import { expect, test } from 'vitest'
import { formulaMacros } from './formula-macros.ts'
import { mendFormula } from './mend-formula.ts'
import { repairFormula } from './repair-formula.ts'
import { toFormulaText } from './to-formula-text.ts'
import { toMathTree } from './to-mathml.ts'

const raw = String.raw

test.each([
  // A percent sign is one wherever it stands, but a line of its own is a comment.
  [raw`100 \times 80% = 80`, '100 × 80% = 80'],
  [raw`\frac{20%}{5}=4%`, '(20%)/5 = 4%'],
  ['25%', '25%'],
  [raw`\sqrt{4%}=0.2`, '√(4%) = 0.2'],
  ['(1+5%)^2=1.1025', '(1 + 5%)² = 1.1025'],
  [raw`25\%`, '25%'],
  [raw`\text{增长 20%}`, '增长 20%'],
  [raw`\boxed{20%}`, '20%'],
  [raw`P=\begin{cases}10% & x<0\\ 20% & x\ge 0\end{cases}`, 'P = {10% x < 0; 20% x ≥ 0'],
  ['\\begin{aligned}\n% first\na &= 5% \\\\ % second\nb &= 6%\n% end\n\\end{aligned}', 'a = 5%; b = 6%'],
  // References, once or twice escaped.
  ['(y-X\\beta)&#39;(y-X\\beta)', '(y − Xβ)′(y − Xβ)'],
  ['\\begin{aligned}\nx &amp;= 1 \\\\\ny &amp;= 2\n\\end{aligned}', 'x = 1; y = 2'],
  [raw`\begin{pmatrix} 1 &amp; 2 \\ 3 &amp;amp; 4 \end{pmatrix}`, '(1 2; 3 4)'],
  ['p &le; 0.05', 'p ≤ 0.05'],
  ['x &ne; 0 &amp;lt; 1', 'x ≠ 0 < 1'],
  ['5&#37; &#x2264; 6', '5% ≤ 6'],
  [raw`\text{R&amp;D}`, 'R&D'],
  ['a &foo; b', 'a&foo;b'],
  ['x\u200b=\u200b1\ufeff', 'x = 1'],
  // Tags in a line, in a table cell, and one for each row.
  [raw`x+y=5 \tag{1}`, 'x + y = 5 (1)'],
  [raw`x=1\tag*{甲}`, 'x = 1 甲'],
  [raw`\begin{aligned} a&=b \tag{1}\\ c&=d \tag{2}\end{aligned}`, 'a = b (1); c = d (2)'],
  // Environments that KaTeX lacks, or knows only at the top of a display.
  [raw`\begin{align} x&=1\\ y&=2\end{align}`, 'x = 1; y = 2'],
  [raw`\begin{align*} x&=1\\ y&=2\end{align*}`, 'x = 1; y = 2'],
  [raw`\begin{equation} x=1 \end{equation}`, 'x = 1'],
  [raw`\begin{equation}\begin{align} x&=1\\ y&=2\end{align}\end{equation}`, 'x = 1; y = 2'],
  [raw`\begin{equation}\begin{split} x&=1\\ y&=2\end{split}\end{equation}`, 'x = 1; y = 2'],
  ['\\begin{eqnarray}\nx &=& 1 \\\\\ny &=& 2\n\\end{eqnarray}', 'x = 1; y = 2'],
  ['\\begin{flalign}\nx &= 1 & \\\\\ny &= 2 &\n\\end{flalign}', 'x = 1; y = 2'],
  [raw`\begin{multline} a \\ b\end{multline}`, 'a; b'],
  [raw`\begin{gather*} a=1 \\ b=2\end{gather*}`, 'a = 1; b = 2'],
  [raw`\begin{alignat}{2} a&=1 \\ b&=2\end{alignat}`, 'a = 1; b = 2'],
  [raw`\begin{array}{*{20}{l}} a\\b\end{array}`, 'a; b'],
  [raw`\begin{array}{|c@{}p{3cm}|} a & b\\ \hline c & d\end{array}`, 'a b; c d'],
  [raw`\begin{tabular}{|c|c|} 甲 & x_1 $y_1$ \\ \hline 乙 & 3% \end{tabular}`, '甲 x_1 y₁; 乙 3%'],
  [raw`\begin{array}{cc}\multicolumn{2}{c}{x}\\ 1&2\end{array}`, 'x; 1 2'],
  [raw`a &= b \\ c &= d`, 'a = b; c = d'],
  [raw`\pmatrix{a & b \cr c & d}`, '(a b; c d)'],
  ['x+y=5 \\label{eq_1}', 'x + y = 5'],
  [raw`\text{by }\eqref{eq_1}`, 'by (eq_1)'],
  // Text with signs that mean something to TeX.
  [raw`\text{total_cost}`, 'total_cost'],
  [raw`\text{R&D}`, 'R&D'],
  [raw`\text{item #3 costs $5}`, 'item #3 costs $5'],
  [raw`\text{if $x>0$}`, 'if x > 0'],
  [raw`\text{if \(x_1>0\)}`, 'if x₁ > 0'],
  [raw`12\,\text{cm^2}`, '12 cm²'],
  [raw`\text{H_2O}`, 'H₂O'],
  [raw`\text{速度 \frac{1}{2} m}`, '速度 1/2 m'],
  [raw`\text{当 \le 5}`, '当 ≤ 5'],
  [raw`f(x)=1 \mbox{ 当 } x>0`, 'f(x) = 1 当 x > 0'],
  [raw`30\textdegree`, '30°'],
  // Delimiters that were left inside, or lack their backslash.
  [raw`$x$ + $y$`, 'x + y'],
  [raw`\left{ x \right}`, '{x}'],
  [raw`\left（ x \right）`, '(x)'],
  [raw`\big{(} x \big{)}`, '(x)'],
  ['A & B', 'A&B'],
  ['x #1', 'x#1'],
  // Packages.
  [raw`v=\SI{5}{m/s}`, 'v = 5 m/s'],
  [raw`\SI{9.8e3}{\meter\per\second\squared}`, '9.8 × 10³ m/s²'],
  [raw`30\,\celsius`, '30 °C'],
  [raw`\qty{3}{kg}`, '3 kg'],
  [raw`\ang{30;20;}`, '30°20′'],
  [raw`\abs{x}+\abs*{y}`, '∣x∣ + ∣y∣'],
  [raw`\dv{y}{x}`, 'dy/dx'],
  [raw`\dv[2]{y}{x}`, 'd²y/dx²'],
  [raw`\pdv{f}{x}`, '(∂f)/(∂x)'],
  [raw`\unicode{x2460}\circled{2}\ding{174}`, '①②③'],
  [raw`\DeclareMathOperator{\foo}{foo}\foo x`, 'foo x'],
])('%s reads %s, in a line and in a display', (tex, expected) => {
  expect(toFormulaText(tex)).toBe(expected)
  expect(toMathTree(tex, true)).toBeDefined()
})

test.each(
  raw`\overparen{AB} \wideparen{CD} \overarc{AB} \underparen{a} \sideset{_1^2}{_3^4}\sum \prescript{1}{2}{X} \nicefrac{1}{2} \mathds{R} \mathbbm{1} \textsc{a} \uline{a}
\enclose{circle}{3} \enclose{longdiv}{12} \bbox[5px,border:1px]{a} \framebox{a} \class{a}{b} \style{a}{b} \require{cancel}x \ensuremath{a} \iiiint \idotsint \longdiv{12}
\cancelto{0}{x} \xlongrightarrow{a} \arccot \arsinh \sgn \lcm \rank \tr \diag \R \Q \C \norm{x} \vb{x} \va*{x} \vu{x} \grad \curl \laplacian \dd{x} \ev{x} \eval{x} \order{x} \comm{a}{b}
\qq{a} \num{1e5} \unit{m} \ohm \micro \angstrom \permil \euro \parallelogram \diameter \measeq \cmark \iddots \hdots \vv{AB} \mathup{a} \symbf{a} \upmu \mathcolor{red}{x}
\displaylines{a\cr{}b} \eqalign{a&b\cr} \cases{a&b\cr} \buildrel{a}\over{b} \footnote{a} \strut \hfill \vspace{1em}x \noindent{}x x\limits_a \textcircled{1}`.split(
    /\s+/,
  ),
)('%s is drawn', (tex) => {
  expect(toMathTree(tex, false)).toBeDefined()
  expect(toMathTree(tex, true)).toBeDefined()
})

test('each command of ours is one that KaTeX lacks', () => {
  for (const name of Object.keys(formulaMacros)) {
    expect(() => katex.renderToString(`${name} `), name).toThrow(/Undefined control sequence/)
  }
})

test.each([
  raw`\frac{1`,
  raw`x}`,
  raw`\begin{array}{c} a`,
  raw`\begin{cases} a \end{array}`,
  raw`\left( x`,
  raw`\nosuchcommand{x}`,
])('%s has no clear meaning: it stays its source', (tex) => expect(toFormulaText(tex)).toBe(tex))

const piece = fc.constantFrom(
  ' ',
  ...raw`% 5% \% x { } \text{ \frac & \\ $ _ ^ # \begin{cases} \end{cases} \left \right &lt; &amp; \( \) \tag{1} = \le 年 \SI \ `.split(
    ' ',
  ),
)
test('mending twice is mending once, no percent sign is lost, and what KaTeX is given never makes it throw', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const tex = pieces.join('')
      const mended = mendFormula(tex)
      expect(mended.split('%').length).toBe(tex.split('%').length)
      expect(mendFormula(mended).split('%').length).toBe(tex.split('%').length)
      repairFormula(mended, true)
      toMathTree(tex, true)
    }),
    { numRuns: 300 },
  )
})

test('deep nests and long formulas are no work for the repair', () => {
  expect(repairFormula('{'.repeat(4_000), true)).toBeUndefined()
  expect(repairFormula('\\text{$'.repeat(600), true)).toBeUndefined()
})
