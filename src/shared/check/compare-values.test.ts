import { expect, test } from 'vitest'
import { compareValues } from './compare-values.ts'

test.each([
  ['\\frac{3}{4}', '0.75'], ['75\\%', '0.75'], ['2\\frac{1}{2}', '\\frac52'], ['1{,}234', '1234'], ['12 345', '12345'], ['１２．５', '12.5'], ['1.5\\times10^{3}', '1500'],
  ['0.\\overline{3}', '\\frac{1}{3}'], ['\\frac{1}{\\sqrt{2}}', '\\frac{\\sqrt{2}}{2}'], ['(x+1)^2', 'x^2+2x+1'], ['\\sin 2x', '2\\sin x\\cos x'], ['\\log_2 8', '3'],
  ['x=3', '3'], ['x=2 或 x=3', '\\{3, 2\\}'], ['x=1\\pm\\sqrt2', 'x_1=1+\\sqrt2, x_2=1-\\sqrt2'], ['x=1,\\ y=2', '(1, 2)'], ['\\text{无解}', '\\varnothing'],
  ['x<-1 \\text{ or } x>3', '(-\\infty,-1)\\cup(3,+\\infty)'], ['0\\le x<1', '[0,1)'], ['\\{x\\mid x\\ge 2\\}', '[2,+\\infty)'],
  ['x^2+y^2-2x=0', '(x-1)^2+y^2=1'], ['y=2x+1', '2x-y+1=0'], ['x^2+C', 'x^2+3+C'], ['3:4', '6:8'], ['x=k\\pi+\\frac{\\pi}{4},k\\in\\mathbb{Z}', 'x=\\frac{\\pi}{4}+k\\pi\\ (k\\in Z)'],
  ['\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}', '\\frac12\\begin{pmatrix}2&4\\\\6&8\\end{pmatrix}'], ['5\\text{ cm}', '0.05\\text{ m}'], ['36千克', '36\\text{ kg}'], ['A. 12', 'A'], ['正确', 'true'],
  ['The answer is $x \\geq 5$.', '5 \\leq x'], ['$2$ or $3$', '3, 2'], ['a=3, b=4', 'b=4, a=3'],
])('%s is the same as %s', (a, b) => {
  expect([compareValues(a, b), compareValues(b, a)]).toEqual(['yes', 'yes'])
}) // prettier-ignore

test.each([
  ['\\frac{3}{4}', '\\frac{4}{3}'], ['0.75', '0.57'], ['x=3', 'x=-3'], ['\\{1,2\\}', '\\{1,2,3\\}'], ['(1,2)', '(2,1)'], ['[0,1)', '[0,1]'], ['x>2', 'x<2'], ['x^2+1', 'x^2-1'],
  ['x^2+C', 'x^3+C'], ['5\\text{ cm}', '5\\text{ m}'], ['5\\text{ cm}', '5\\text{ cm}^2'], ['A', 'B'], ['正确', '错误'], ['3:4', '4:3'], ['x=1,y=2', 'x=2,y=1'], ['\\text{no solution}', '0'],
  ['(x-1)^2+y^2=1', '(x+1)^2+y^2=1'], ['x=k\\pi,k\\in\\mathbb{Z}', 'x=2k\\pi,k\\in\\mathbb{Z}'], ['\\sqrt{2}', '1.43'], ['12:00', '1:00'],
])('%s is not the same as %s', (a, b) => {
  expect([compareValues(a, b), compareValues(b, a)]).toEqual(['no', 'no'])
}) // prettier-ignore

test.each([
  ['\\sqrt{2}', '1.41'],
  ['\\frac13', '0.33'],
  ['\\clubsuit', '3'],
  ['x=3', 'y=3'],
  ['', ''],
  ['a', 'the second one'],
  ['\\sqrt{x^2}', 'x'],
  ['2, 3', 'the answer'],
])('whether %s is the same as %s is left open', (a, b) => {
  expect([compareValues(a, b), compareValues(b, a)]).toEqual(['unknown', 'unknown'])
})
