import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkAnswer } from './check-answer.ts'
import { compareValues } from './compare-values.ts'
import { limitWork } from './work.ts'

const runs = { numRuns: 100 }
const coefficient = fc.integer({ min: -12, max: 12 }).filter((n) => n !== 0)

/** A number that has decimals, as people write it. */
const decimal = fc.record({ n: fc.integer({ min: -99_999, max: 99_999 }), places: fc.integer({ min: 0, max: 4 }) })
type Decimal = { n: number; places: number }
const abs = ({ n }: Decimal) => String(Math.abs(n))
const signed = ({ n }: Decimal, text: string) => (n < 0 ? `-${text}` : text)
function toDecimal(value: Decimal): string {
  const digits = abs(value).padStart(value.places + 1, '0')
  return signed(value, value.places === 0 ? digits : `${digits.slice(0, -value.places)}.${digits.slice(-value.places)}`)
}
const toFullWidth = (text: string) => text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0))
const numberForms: ((value: Decimal) => string)[] = [
  toDecimal,
  (value) => `${toDecimal(value)}0`.replace(/^(-?\d+)0$/, '$1'),
  (value) => signed(value, `\\frac{${abs(value)}}{${10 ** value.places}}`),
  (value) => signed(value, `${abs(value)} / ${10 ** value.places}`),
  (value) => `${toDecimal({ ...value, n: value.n * 100 })}\\%`,
  (value) => `${toDecimal(value)} \\times 10^{0}`,
  (value) => toFullWidth(toDecimal(value)),
  (value) => ` \\left( ${toDecimal(value)} \\right) `,
]

const monomial = (c: number, power: number) => (power === 0 ? `${c}` : `${c}x${power === 1 ? '' : `^{${power}}`}`)
const joined = (terms: string[]) => terms.join(' + ').replaceAll('+ -', '- ')
/** k (x + a)(x + b): factored, multiplied out, in other orders and with other spaces. */
const quadraticForms: ((k: number, a: number, b: number) => string)[] = [
  (k, a, b) => `${k}(x + ${a})(x + ${b})`.replaceAll('+ -', '- '),
  (k, a, b) => `${k}\\left(x+${b}\\right)\\cdot\\left(x+${a}\\right)`.replaceAll('+-', '-'),
  (k, a, b) => joined([monomial(k, 2), monomial(k * (a + b), 1), monomial(k * a * b, 0)]),
  (k, a, b) => joined([monomial(k * a * b, 0), monomial(k, 2), monomial(k * (a + b), 1)]),
  (k, a, b) => `\\frac{${joined([monomial(2 * k, 2), monomial(2 * k * (a + b), 1), monomial(2 * k * a * b, 0)])}}{2}`,
  (k, a, b) => joined([`${k}x(x + ${a + b})`.replace('+ -', '- '), `${k * a * b}`]),
]

test('sameness survives rewriting a number', () => {
  const form = fc.constantFrom(...numberForms)
  fc.assert(
    fc.property(decimal, form, form, (value, first, second) => {
      expect(compareValues(first(value), second(value))).toBe('yes')
    }),
    runs,
  )
})

test('sameness survives expanding, factoring, reordering and spaces', () => {
  const form = fc.constantFrom(...quadraticForms)
  fc.assert(
    fc.property(coefficient, coefficient, coefficient, form, form, (k, a, b, first, second) => {
      expect(compareValues(first(k, a, b), second(k, a, b))).toBe('yes')
    }),
    runs,
  )
})

test('sameness survives another order of solutions', () => {
  fc.assert(
    fc.property(fc.uniqueArray(coefficient, { minLength: 2, maxLength: 5 }), (roots) => {
      expect(compareValues(`x = ${roots.join(', ')}`, `\\{${roots.toReversed().join(', ')}\\}`)).toBe('yes')
    }),
    runs,
  )
})

test('another digit or sign is never the same number', () => {
  const form = fc.constantFrom(...numberForms)
  fc.assert(
    fc.property(decimal, form, form, fc.nat(), fc.integer({ min: 1, max: 9 }), (value, first, second, place, by) => {
      fc.pre(value.n !== 0)
      const digits = abs(value)
      const at = place % (digits.length + 1)
      // Behind the last digit: the sign.
      const changed =
        at === digits.length ? digits : `${digits.slice(0, at)}${(Number(digits[at]) + by) % 10}${digits.slice(at + 1)}`
      const n = Number(changed) * Math.sign(value.n) * (at === digits.length ? -1 : 1)
      expect(compareValues(first(value), second({ ...value, n }))).not.toBe('yes')
    }),
    runs,
  )
})

test('another coefficient, sign or exponent is never the same polynomial', () => {
  const form = fc.constantFrom(...quadraticForms)
  const change = fc.constantFrom('digit', 'sign', 'exponent')
  fc.assert(
    fc.property(coefficient, coefficient, coefficient, form, change, coefficient, (k, a, b, first, kind, by) => {
      const terms = [monomial(k, 2), monomial(k * (a + b), 1), monomial(k * a * b, 0)]
      if (kind === 'digit') terms[2] = monomial(k * a * b + by, 0)
      if (kind === 'sign') terms[2] = monomial(-k * a * b, 0)
      if (kind === 'exponent') terms[0] = monomial(k, 3)
      expect(compareValues(first(k, a, b), joined(terms))).toBe('no')
    }),
    runs,
  )
})

test('a planted wrong root is never verified, and the right ones always are', () => {
  fc.assert(
    fc.property(coefficient, coefficient, coefficient, fc.integer({ min: 1, max: 9 }), (k, a, b, by) => {
      fc.pre(a !== b && a + by !== b)
      const question = `Solve $${quadraticForms[2]?.(k, -a, -b)} = 0$`
      const final = (answer: string) => checkAnswer({ question, answer: `\\boxed{${answer}}` }).final
      expect(final(`x = ${a} \\text{ or } x = ${b}`)).toBe('verified')
      expect(final(`x = ${a + by} \\text{ or } x = ${b}`)).toBe('refuted')
      expect(final(`x = ${b}`)).toBe('refuted')
    }),
    runs,
  )
})

const pieces =
  String.raw`\frac \sqrt \sqrt[3] { } { } ( ) [ ] \{ \} | ^ _ = + - \times \cdot / \div ! % ' , ; . : & \\ $ $$ \( \) \[ \] \begin{cases}
  \end{cases} \begin{pmatrix} \end{pmatrix} \int \sum_{k=1}^ \prod \lim_{x\to0} \sin \log_ \ln \left \right \text{ \boxed{ x y n i e \pi \infty 0 1 2 17 0.5 1,000
  \pm \le > \in \cup \mathbb{Z} d x \frac{d}{dx} 解 或 无解 ½ ² ＝ 𝑥 answer is or \n`.split(/\s+/)
/** Text as no model writes it: pieces of formulas in any order, and any characters. */
const garbled = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join('')),
  fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => `$${parts.join(' ')}$`),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc
    .tuple(fc.constantFrom('(', '{', '\\sqrt{', '|', '-', '\\frac{', '[', '2^', '\\left('), fc.nat(3_000))
    .map(([part, times]) => part.repeat(times)),
)

test('any text whatever is checked without an error and within the limit of work, and a value is the same as itself', () => {
  const outOfWork = Symbol('out of work')
  fc.assert(
    fc.property(garbled, garbled, (a, b) => {
      const results = limitWork<unknown>(
        8_000_000,
        () => [checkAnswer({ question: b, answer: a }), compareValues(a, b), compareValues(b, a)],
        outOfWork,
      )
      expect(results).not.toBe(outOfWork)
      const [, there, back] = results as unknown[]
      expect(there).toBe(back)
      expect(compareValues(a, a)).not.toBe('no')
    }),
    { numRuns: 120 },
  )
})
