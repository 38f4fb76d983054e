import { describe, expect, test } from 'vitest'
import { checkAnswer } from './check-answer.ts'

const finalOf = (question: string, answer: string) => checkAnswer({ question, answer }).final
const stepsOf = (answer: string) => checkAnswer({ answer }).steps.map(({ text }) => text)

/** question · a right answer · a wrong one */
const problems: [string, string, string][] = [
  ['Solve $3x - 7 = 11$.', 'So $x = \\boxed{6}$.', 'So $x = \\boxed{7}$.'],
  ['解方程：$2(x-1) = 5x + 4$', '所以 $\\boxed{x=-2}$', '所以 $\\boxed{x=2}$'],
  ['Solve $x^2 = 5x - 6$', '\\boxed{x_1 = 2, x_2 = 3}', '\\boxed{x = 2}'],
  ['Find all solutions of $x^2 - 4x + 1 = 0$.', '$$\\boxed{2 \\pm \\sqrt{3}}$$', '$$\\boxed{2 \\pm \\sqrt{5}}$$'],
  ['Solve $\\sqrt{x+6} = x$', '$x=\\boxed{3}$', '\\boxed{x=3 \\text{ or } x=-2}'],
  ['Solve $\\frac{x}{x-2} = \\frac{2}{x-2}$', '\\boxed{\\text{no solution}}', '\\boxed{2}'],
  ['解方程组 $\\begin{cases} x+y=5 \\\\ 2x-y=4 \\end{cases}$', '$\\boxed{\\begin{cases} x=3 \\\\ y=2 \\end{cases}}$', '$\\boxed{x=2, y=3}$'],
  ['Solve the system $x + y = 3$, $xy = 2$', '\\boxed{(1, 2), (2, 1)}', '\\boxed{(1, 2)}'],
  ['Solve $2y + 3x = 12$ for $y$', '\\boxed{y = 6 - \\frac{3}{2}x}', '\\boxed{y = 6 + \\frac{3}{2}x}'],
  ['Solve $|x - 3| < 5$', '\\boxed{(-2, 8)}', '\\boxed{[-2, 8]}'],
  ['解不等式 $\\frac{x-1}{x+2} \\ge 0$', '$\\boxed{x<-2 或 x\\ge 1}$', '$\\boxed{x\\le-2 或 x\\ge 1}$'],
  ['Solve $2\\cos x = 1$, $0 \\le x < 2\\pi$', '\\boxed{\\frac{\\pi}{3}, \\frac{5\\pi}{3}}', '\\boxed{\\frac{\\pi}{3}}'],
  ['Compute $47 \\times 53$', 'It is $\\boxed{2491}$.', 'It is $\\boxed{2481}$.'],
  ['计算：$\\frac{3}{4} + \\frac{5}{6}$', '答案：$\\frac{19}{12}$', '答案：$\\frac{8}{10}$'],
  ['Evaluate $2\\frac{3}{4} - 1.5$', '\\boxed{1\\frac{1}{4}}', '\\boxed{1\\frac{3}{4}}'],
  ['What is $15\\%$ of $80$?', '\\boxed{12}', '\\boxed{120}'],
  ['Simplify $\\sqrt{72}$', '\\boxed{6\\sqrt{2}}', '\\boxed{6\\sqrt{3}}'],
  ['Factor $x^2 - 9$', '\\boxed{(x-3)(x+3)}', '\\boxed{(x-3)^2}'],
  ['Expand $(2x-3)^2$', '\\boxed{4x^2 - 12x + 9}', '\\boxed{4x^2 - 12x - 9}'],
  ['Find $\\int x\\cos x\\,dx$', '\\boxed{x\\sin x + \\cos x + C}', '\\boxed{x\\sin x - \\cos x + C}'],
  ['Evaluate $\\int_0^{\\pi} \\sin x\\,dx$', '\\boxed{2}', '\\boxed{0}'],
  ['Find the derivative of $x^3\\ln x$.', '\\boxed{3x^2\\ln x + x^2}', '\\boxed{3x^2\\ln x + x^3}'],
  ['If $f(x) = x^2 - 3x$, find $f(5)$.', '\\boxed{10}', '\\boxed{40}'],
  ['求极限 $\\lim_{x\\to 0} \\frac{\\sin 3x}{x}$', '\\boxed{3}', '\\boxed{1}'],
  ['Find the sum $\\sum_{k=1}^{10} k^2$', '\\boxed{385}', '\\boxed{386}'],
  ['Find the determinant of $\\begin{bmatrix} 2 & 1 \\\\ 5 & 3 \\end{bmatrix}$', '\\boxed{1}', '\\boxed{11}'],
  ['If $m + n = 10$ and $m - n = 2$, then $m^2 - n^2$ = ____?', '\\boxed{20}', '\\boxed{8}'],
  ['Given $x + \\frac{1}{x} = 2$, what is the value of $x^2 + \\frac{1}{x^2}$?', '\\boxed{2}', '\\boxed{4}'],
  ['If $2x + 3y = 4$ and $y = 34$, what is the value of $x$?', '\\boxed{-49}', '\\boxed{49}'],
  ['Solve $3(x+1) = 3x + 3$', '\\boxed{\\text{all real numbers}}', '\\boxed{0}'],
  ['Evaluate $\\log_6 216$', '\\boxed{\\log_6 216 = 3}', '\\boxed{\\log_6 216 = 36}'],
  ['Distribute: $-9 x(4-x)$', '\\boxed{9x^2 - 36x}', '\\boxed{9x^2 + 36x}'],
  ['Evaluate $3x^2 - 1$ when $x = -2$.', '\\boxed{11}', '\\boxed{-13}'],
] // prettier-ignore

describe('a final answer is put into the problem', () => {
  test.each(problems)('%s', (question, right, wrong) => {
    expect([finalOf(question, right), finalOf(question, wrong)]).toEqual(['verified', 'refuted'])
  })

  test('the sum says what was put in, what both sides come to, and whether none is missing', () => {
    const result = checkAnswer({ question: 'Solve $x^2 - 5x + 6 = 0$', answer: '\\boxed{x = 2 \\text{ or } x = 3}' })
    expect(result).toMatchObject({
      final: 'verified',
      how: 'substituted',
      sum: {
        problem: ['x^2 - 5x + 6 = 0'],
        isComplete: true,
        substitutions: [
          { solution: 'x = 2', left: '0', right: '0', holds: true },
          { solution: 'x = 3', left: '0', right: '0', holds: true },
        ],
      },
    })
    expect(checkAnswer({ question: 'Solve $x^2 - 5x + 6 = 0$', answer: '\\boxed{2}' })).toMatchObject({
      sum: { missing: ['x = 3'] },
    })
    expect(checkAnswer({ question: 'Simplify $\\frac{x^2-1}{x-1}$', answer: '\\boxed{x+1}' })).toMatchObject({
      sum: { points: expect.any(Number) },
    })
  })

  test('what a person confirmed as read counts more than the question', () => {
    expect(checkAnswer({ question: 'See the photo', reading: 'Solve $5x = 40$', answer: '\\boxed{8}' }).final).toBe(
      'verified',
    )
  })

  test('without a question, the problem is the one the answer begins with', () => {
    expect(checkAnswer({ answer: 'We need to solve $4x = 10$.\n\nDivide by 4.\n\n$\\boxed{x = 2.5}$' }).final).toBe(
      'verified',
    )
  })
})

describe('what is not sure is left open', () => {
  test.each([
    ['Find the positive solution of $x^2 = 9$.', '\\boxed{3}'],
    ['How many solutions does $x^2 = 9$ have?', '\\boxed{2}'],
    ['What is the sum of the roots of $x^2 - 5x + 6 = 0$?', '\\boxed{5}'],
    ['方程 $x^2-5x+6=0$ 的两根之和是多少？', '\\boxed{5}'],
    ['If $x^2 = 9$, what is the value of $x$?', '\\boxed{3}'],
    ['A train goes 60 km in 45 minutes. How fast is it?', '\\boxed{80} km/h'],
    ['求函数 $y = \\sqrt{x-1}$ 的定义域', '\\boxed{[1, +\\infty)}'],
    ['Prove that $\\sqrt{2}$ is irrational.', 'Suppose $\\sqrt{2} = \\frac{p}{q}$. Then $p^2 = 2q^2$.'],
    ['Factor $x^4 - 16$', '\\boxed{(x^2-4)(x^2+4)}'],
    ['Simplify $\\frac{6}{8}$', '\\boxed{\\frac{6}{8}}'],
    ['Find $\\int 2x\\,dx$', '\\boxed{x^2}'],
    ['Round $3.14159$ to the nearest hundredth.', '\\boxed{3.14}'],
    ['Solve $ax = 5$ for $x$', '\\boxed{5}'],
    ['Solve $V = \\pi r^2 h$ for $h$', '\\boxed{h = \\frac{v}{\\pi r^2}}'],
    ['If $m$ is a solution of the equation $3x - 2 = 1$, then the value of $30m + 10$ is ____?', '\\boxed{40}'],
    ['Solve $16^{-3p} = 64^{-3p}$', '\\boxed{p = 0 \\text{ meters}}'],
  ])('%s', (question, answer) => {
    expect(finalOf(question, answer)).toBe('unknown')
  })

  test('with a reason', () => {
    const why = (question: string | undefined, answer: string) => {
      const result = checkAnswer({ ...(question !== undefined && { question }), answer })
      return result.final === 'unknown' && result.why
    }
    expect(why(undefined, 'The picture is black.')).toBe('no-problem')
    expect(why('Name the largest prime below $20$.', '\\boxed{19}')).toBe('problem-not-read')
    expect(why('Solve $x = 2x$', '\n\n')).toBe('no-final-answer')
    expect(why('Solve $x = 2x$', '\\boxed{\\clubsuit}')).toBe('answer-not-read')
    expect(why('Compute $3 + 4$', '\\boxed{(3, 4)}')).toBe('answer-does-not-match')
    expect(why('Simplify $\\frac{10}{4}$', '\\boxed{\\frac{10}{4}}')).toBe('form-not-sure')
  })
})

describe('a step that does not hold is found', () => {
  test.each([
    ['$3 \\times 17 = 41$', '3 \\times 17 = 41'],
    ['So $\\frac{1}{2} + \\frac{1}{3} = \\frac{2}{5}$.', '\\frac{1}{2} + \\frac{1}{3} = \\frac{2}{5}'],
    [
      '$$\\begin{aligned} (x+3)^2 &= x^2 + 6x + 9 \\\\ &= x^2 + 6x + 6 \\end{aligned}$$',
      'x^2 + 6x + 9 \\\\ &= x^2 + 6x + 6',
    ],
    ['$\\frac{d}{dx}(x^3) = 3x$', '\\frac{d}{dx}(x^3) = 3x'],
    ['$\\int \\cos x\\,dx = -\\sin x + C$', '\\int \\cos x\\,dx = -\\sin x + C'],
    ['$\\int_0^1 x\\,dx = \\left[x^2\\right]_0^1$', '\\int_0^1 x\\,dx = \\left[x^2\\right]_0^1'],
    ['$\\sqrt{50} = 2\\sqrt{5}$', '\\sqrt{50} = 2\\sqrt{5}'],
    ['$\\sqrt{2} \\approx 1.424$', '\\sqrt{2} \\approx 1.424'],
    ['她一共花了 $3 \\times 12\\text{ 元} = 35\\text{ 元}$', '3 \\times 12\\text{ 元} = 35\\text{ 元}'],
    ['He has 12 apples + 5 apples = 18 apples.', '12 apples + 5 apples = 18 apples'],
    ['$2\\text{ km} + 300\\text{ m} = 2600\\text{ m}$', '2\\text{ km} + 300\\text{ m} = 2600\\text{ m}'],
  ])('%s', (answer, step) => {
    expect(stepsOf(answer)).toEqual([step])
  })

  test('with its place and what both sides come to', () => {
    const answer = 'First, $8 \\times 7 = 54$.'
    const [step] = checkAnswer({ answer }).steps
    expect(step).toMatchObject({ holds: false, left: '56', right: '54' })
    expect(answer.slice(step?.start, step?.end)).toBe('8 \\times 7 = 54')
  })

  test.each([
    // Rounded, cut off, and computed on with what was rounded.
    '$10 \\div 3 = 3.33$', '$\\frac{2}{3} \\approx 0.66$', '$\\pi \\times 5^2 = 78.5$', '$\\sqrt{3} \\approx 1.732$, so $2 \\times 1.732 = 3.46$',
    // Two ways to read it.
    '$2\\frac{3}{4} = \\frac{11}{4}$', '$2\\frac{3}{4} = \\frac{3}{2}$', '$\\log 100 = 2$', '$20\\% = 0.2$', '$0.2 \\times 100 = 20\\%$', '$\\sin \\pi/6 = 1/2$', '$[2.7] = 2$',
    '28 / 1/5 = 28 * 5 = 140', '$\\frac{800}{\\sqrt{720000}} = \\frac{800}{848.53}$', '17/3 = 5 and 2/3', '1/12 = 0.083...', '- 68 ÷ 2 = 34', '$\\pm 1 \\pm 1 = 5$',
    // Units.
    '40.0 microphones/pair = 20.0 pairs', '$1\\text{ cm} = \\frac{1\\text{ km}}{0.5\\text{ cm}}$', '3/ 1/4 = 12 one-fourth miles', '10 pages on day 1 * 2 = 20 pages', '$90\\text{ min} = 1.5\\text{ h}$', '$3\\text{ weeks} = 21$', '$50\\text{ cents} \\times 4 = \\$2$', '$2:30 + 1:15 = 3:45$',
    // Equations, conditions and what is said not to hold.
    '$2x + 3 = 7$', '$x^2 + y^2 = (x+y)^2 - 2xy = 25 - 2xy$', 'We get $0 = 5$, a contradiction.', 'This gives $2 + 2 = 5$, which is impossible.', '若 $3 + 4 = 8$ 则矛盾',
    '检验：$2^2 + 1 = 6$ 不成立', '$17 \\equiv 2 \\pmod 5$', '$17 \\div 5 = 3$ remainder $2$', '$e^2 = 4$, so $e = 2$', '$5 + 3 = 8 \\times 2 = 16$', '$1, 234 = 1 + 233$',
    // Nothing that is read.
    '`3 + 4 = 8`', '```\n3 + 4 = 8\n```', '$3 \\star 5 = 34$', '$101_2 = 5$', 'twice 5 + 3 = 13', 'It costs $5 and 3 + 4 is not $8.',
  ])('what holds, or may hold, is not: %s', (answer) => {
    expect(stepsOf(answer)).toEqual([])
  }) // prettier-ignore

  test('a false step says nothing of the final answer', () => {
    const result = checkAnswer({ question: 'Solve $2x = 10$', answer: 'As $4 + 4 = 9$, we have $\\boxed{x = 5}$.' })
    expect([result.final, result.steps.length]).toEqual(['verified', 1])
  })
})
