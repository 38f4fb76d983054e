import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findChange } from './testing/read-seen.ts'

const raw = String.raw

/** What stands within a line, and now and then the half of it alone. */
const inline = fc.constantFrom(
  ' ',
  ' **bold** ',
  '[bank.com](https://evil.example)',
  '<font color="red">',
  '<|begin_of_box|>6<|end_of_box|>',
  ' $ x = 1 $',
  raw`$\text{if $x>0$}$`,
  raw`\(x &le; 5\)`,
  raw`\[ z \]`,
  '$ 5 ',
  ...raw`word 中文 ， 。 , . 5 20% x=1 AT&amp;T 3&nbsp;cm &foo; &lt; & $x$ $5 $25%$ $ $$x^2$$ $\(y\)$ \( \) \boxed{C} \boxed{ }`.split(
    ' ',
  ),
  ' _a_ ',
  ' https://b.example ',
  ...'`code` 10*2*3 H<sub>2</sub>O <sup> <b>b</b> a<b <br> <u </font> <|im_end|> <|begin_of_box|> [^1] [1] a@b.example !'.split(
    ' ',
  ),
)
const line = fc.array(inline, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''))
const block = fc.oneof(
  { weight: 4, arbitrary: line },
  fc.array(line, { minLength: 2, maxLength: 3 }).map((lines) => lines.join('\n')),
  fc
    .tuple(fc.constantFrom('1. ', '3) ', '- ', '7. '), line, fc.constantFrom('', '   1. '), line)
    .map(([mark, a, nested, b]) => `${mark}${a}\n${nested === '' ? mark : nested}${b}`),
  line.map((text) => `> ${text}`),
  line.map((text) => `# ${text}`),
  fc.tuple(line, line).map(([a, b]) => `| a | b |\n|---|---|\n| ${a} | ${b} |`),
  fc
    .tuple(fc.constantFrom('', 'math', 'py'), fc.constantFrom('', '后面', ' so it'), line)
    .map(([language, behind, text]) => `\`\`\`${language}\n${text}\n\`\`\`${behind}`),
  line.map((text) => `$$\n${text}\n$$`),
  fc.constantFrom(
    raw`\begin{align} a &= b \\ c &= 5% \end{align}`,
    '<div align="center">',
    '</div>',
    '[^1]: a note',
    '---',
  ),
)
/** An answer may break off within a formula, or never have ended one. */
const opening = fc.constantFrom(
  '',
  '$$\nx = 1',
  '\\[ x = 5\n\n因此',
  '$$',
  '\\[\n\n后面 **还有** 话',
  'so \\(x = 5, and the rest of it',
)
const text = fc
  .tuple(fc.array(block, { minLength: 1, maxLength: 4 }), opening)
  .map(([blocks, end]) => [...blocks, end].join('\n\n'))

const minutes = Number(process.env['FUZZ_MINUTES'] ?? 0)

test(
  'nothing shown at any beginning of any text is different at its end',
  { timeout: 60_000 + minutes * 60_000 },
  () => {
    const property = fc.property(text, (generated) => {
      expect(findChange(generated)).toBeUndefined()
    })
    fc.assert(
      property,
      minutes > 0 ? { numRuns: Infinity, interruptAfterTimeLimit: minutes * 60_000 } : { numRuns: 40, seed: 1 },
    )
  },
)
