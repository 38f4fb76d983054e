// @vitest-environment happy-dom
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toFormulaText } from './to-formula-text.ts'
import { toHtml } from './to-html.ts'
import { toPlainText } from './to-plain-text.ts'

const elements =
  /^(div|p|h[1-6]|em|strong|del|code|pre|span|br|hr|blockquote|[uo]l|li|input|table|thead|tbody|tr|t[hd]|a|math|semantics|m[a-z]+)$/
const attributes = new Set(
  'class tabindex href title target rel align start type disabled checked xmlns display'.split(' '),
)
/** Of MathML: how it looks, never where it leads. */
const mathAttributes =
  /^(mathvariant|mathcolor|mathbackground|stretchy|fence|separator|accent|accentunder|lspace|rspace|width|height|depth|voffset|minsize|maxsize|scriptlevel|displaystyle|columnalign|columnspacing|rowspacing|columnlines|rowlines|rowalign|notation|linethickness|movablelimits|form|symmetric|side|linebreak|intent|arg)$/

function findStrange(html: string): string[] {
  const place = document.createElement('div')
  place.innerHTML = html
  return [...place.querySelectorAll('*')].flatMap((element) => {
    const name = element.localName.toLowerCase()
    const isMath = element.closest('math') !== null
    const strange = [...element.attributes].filter(
      ({ name: attribute }) => !attributes.has(attribute) && !(isMath && mathAttributes.test(attribute)),
    )
    const href = element.getAttribute('href')
    return [
      ...(elements.test(name) ? [] : [name]),
      ...strange.map((attribute) => `${name}[${attribute.name}]`),
      ...(href !== null && !/^(https?:|mailto:)/i.test(href) ? [href] : []),
    ]
  })
}

const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[a](javascript:alert(1))',
  '![a](data:text/html,x)',
  '[a][1]\n\n[1]: javascript:alert(1)',
  '<a href="https://x" onclick=1>',
  '\\(\\href{javascript:alert(1)}{x}\\)',
  '\\(\\htmlStyle{color:red}{x}\\)',
  '\\(\\includegraphics{https://a.example/p.png}\\)',
  '$\\color{red}" onload="x{y}$',
  '\\(\\text{</math><script>alert(1)</script>}\\)',
  '```"><script>\nx</script>\n```',
  '[x](https://a.example/"onmouseover="alert(1))',
  '| <b> | $x$ |\n|--|--|\n| "> | y |',
]
const token = fc.oneof(
  fc.constantFrom(...hostile),
  fc.constantFrom(
    '**',
    '_',
    '`',
    '$',
    '\\(',
    '\\)',
    '\\[',
    '\\]',
    '\n\n',
    '\n- ',
    '> ',
    '# ',
    '|',
    '<',
    '>',
    '"',
    "'",
    '&',
    '{',
    '}',
    '\\frac',
  ),
  fc.string({ maxLength: 12 }),
)

test.each(hostile)('nothing to run, load or be led astray by in %j', (text) => {
  expect(findStrange(toHtml(text))).toEqual([])
})

test.each([
  '> \\[\\(\\frac{1}{2}\\)',
  '- a\n\n  \\[\n  x = 1\n',
  '> $$\n> x^2\n\nb',
  '1. \\begin{align}\n   a &= b\n\n',
])('a formula without its end stays in its quote or item: %j', (text) => {
  const html = toHtml(text)
  expect(html).toMatch(/<(?:blockquote|ul|ol)/)
  expect(findStrange(html)).toEqual([])
})

test('whatever the text, only elements and attributes of ours come out', () => {
  fc.assert(
    fc.property(fc.array(token, { maxLength: 14 }), fc.nat(60), (tokens, maxChars) => {
      const text = tokens.join('')
      expect(findStrange(toHtml(text))).toEqual([])
      expect(findStrange(toHtml(text, maxChars))).toEqual([])
    }),
    { numRuns: 150 },
  )
})

test.each([
  ['\\frac{a+b}{2}', '(a + b)/2'],
  ['x^2 + y_1^{10}', 'x² + y₁¹⁰'],
  ['\\sqrt[3]{x+1}', '³√(x + 1)'],
  ['\\int_0^1 x\\,dx', '∫₀¹ x dx'],
  ['\\sum_{k=1}^{n} k^2', '∑ₖ₌₁ⁿ k²'],
  ['\\angle ABC = 90^\\circ', '∠ABC = 90°'],
  ["f'(x)", 'f′(x)'],
  ['\\sin x', 'sin x'],
  ['12\\text{厘米}^2', '12厘米²'],
  ['\\frac{1', '\\frac{1'],
])('the formula %s reads %s in a line of text', (tex, expected) => {
  expect(toFormulaText(tex)).toBe(expected)
})

test('a description is a line without marks, cut at a word', () => {
  const text = '# Solution\n\n**So** \\(x = \\frac{1}{2}\\), see [this](https://a.example).\n\n- one\n- two'
  expect(toPlainText(text, 200)).toBe('Solution So x = 1/2, see this. one two')
  expect(toPlainText('several words that are longer than allowed', 20)).toBe('several words that…')
})

test('punctuation stays with the formula it belongs to', () => {
  const html = toHtml('求（$x$），得 $y$。')
  expect(html).toMatch(
    /^<div class="md-group"><div class="md-block"><p>求<span class="md-tied">（<math.*?<\/math>），<\/span>得 /,
  )
  expect(html).toMatch(/<\/math>。<\/span><\/p>/)
})
