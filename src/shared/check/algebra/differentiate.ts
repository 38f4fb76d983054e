import { spend } from '../work.ts'
import { every } from '../every.ts'
import { toExact } from './exact.ts'
import {
  add,
  call,
  divide,
  freeSymbols,
  mapParts,
  multiply,
  negate,
  number,
  partsOf,
  power,
  subtract,
  substitute,
  toBetweenVariable,
  type Expression,
} from './expression.ts'

const square = (of: Expression) => power(of, number(2))
const root = (of: Expression) => call('root', of, number(2))
const inverse = (of: Expression) => divide(number(1), of)

/** Derivatives of the functions of one number. */
const rules: Record<string, (x: Expression) => Expression> = {
  sin: (x) => call('cos', x),
  cos: (x) => negate(call('sin', x)),
  tan: (x) => square(call('sec', x)),
  cot: (x) => negate(square(call('csc', x))),
  sec: (x) => multiply(call('sec', x), call('tan', x)),
  csc: (x) => negate(multiply(call('csc', x), call('cot', x))),
  sinh: (x) => call('cosh', x),
  cosh: (x) => call('sinh', x),
  tanh: (x) => inverse(square(call('cosh', x))),
  arcsin: (x) => inverse(root(subtract(number(1), square(x)))),
  arccos: (x) => negate(inverse(root(subtract(number(1), square(x))))),
  arctan: (x) => inverse(add(number(1), square(x))),
  arccot: (x) => negate(inverse(add(number(1), square(x)))),
  arsinh: (x) => inverse(root(add(square(x), number(1)))),
  exp: (x) => call('exp', x),
  ln: inverse,
  abs: (x) => call('sign', x),
}

const isNought = (of: Expression) => of.kind === 'number' && of.value.n === 0n

/** Leaves out what is nought and factors of one, so that derivatives stay short. */
function sum(terms: Expression[]): Expression {
  const left = terms.filter((term) => !isNought(term))
  return left.length === 0 ? number(0) : add(...left)
}
function product(...factors: Expression[]): Expression {
  if (factors.some(isNought)) return number(0)
  const left = factors.filter((factor) => factor.kind !== 'number' || factor.value.n !== 1n || factor.value.d !== 1n)
  return left.length === 0 ? number(1) : multiply(...left)
}

function ofCall(of: Extract<Expression, { kind: 'call' }>, variable: string): Expression | undefined {
  const [x, second] = of.parts
  if (!x) return undefined
  const inner = differentiate(x, variable)
  if (!inner) return undefined
  if (of.name === 'root' && second) return differentiate(power(x, inverse(second)), variable)
  if (of.name === 'log' && second) return differentiate(divide(call('ln', x), call('ln', second)), variable)
  const outer = rules[of.name]?.(x)
  return outer && product(outer, inner)
}

function ofPower(base: Expression, exponent: Expression, variable: string): Expression | undefined {
  const outer = differentiate(base, variable)
  if (!outer) return undefined
  if (!freeSymbols(exponent).includes(variable)) {
    const value = toExact(exponent)
    const lower = value ? number({ n: value.n - value.d, d: value.d }) : subtract(exponent, number(1))
    return product(exponent, power(base, lower), outer)
  }
  const inner = differentiate(exponent, variable)
  if (!inner) return undefined
  const whole = power(base, exponent)
  const logarithm = base.kind === 'constant' && base.name === 'e' ? number(1) : call('ln', base)
  return sum([product(whole, logarithm, inner), product(whole, exponent, divide(outer, base))])
}

function ofIntegral(of: Extract<Expression, { kind: 'integral' }>, variable: string): Expression | undefined {
  const [body, from, to] = of.parts
  if (!from || !to) return of.variable === variable ? body : undefined
  if (of.variable !== variable && freeSymbols(body).includes(variable)) return undefined
  const ends = every([to, from], (bound) => {
    const slope = differentiate(bound, variable)
    return slope && product(substitute(body, new Map([[of.variable, bound]])), slope)
  })
  return ends?.[0] && ends[1] && subtract(ends[0], ends[1])
}

/** The derivative by one variable, all other names held constant. Undefined where no rule fits. */
export function differentiate(of: Expression, variable: string): Expression | undefined {
  spend(2)
  if (of.kind === 'symbol') return number(of.name === variable ? 1 : 0)
  if (of.kind === 'integral') return ofIntegral(of, variable)
  if (!freeSymbols(of).includes(variable)) return number(0)
  if (of.kind === 'call') return ofCall(of, variable)
  if (of.kind === 'power') return ofPower(...of.parts, variable)
  if (of.kind === 'derivative') {
    const inner = toDerivative(of)
    return inner && differentiate(inner, variable)
  }
  if (of.kind !== 'add' && of.kind !== 'multiply' && of.kind !== 'divide') return undefined
  const { parts } = of
  const slopes = every<Expression, Expression>(parts, (part) => differentiate(part, variable))
  if (!slopes || of.kind === 'add') return slopes && sum(slopes)
  if (of.kind === 'multiply')
    return sum(slopes.map((slope, at) => product(slope, ...parts.filter((_, other) => other !== at))))
  const [top, bottom] = of.parts
  const [above = top, below = bottom] = slopes
  if (isNought(below)) return divide(above, bottom)
  return divide(subtract(product(above, bottom), product(top, below)), square(bottom))
}

function toDerivative({ parts, variable, order }: Extract<Expression, { kind: 'derivative' }>): Expression | undefined {
  let result: Expression | undefined = parts[0]
  for (let at = 0; at < order && result; at += 1) result = differentiate(result, variable)
  return result
}

/** With all derivatives taken and bounds put in. Undefined where that cannot be done. */
export function carryOut(of: Expression): Expression | undefined {
  const parts = every(partsOf(of), carryOut)
  const done = parts && mapParts(of, (part, at) => parts[at] ?? part)
  if (done?.kind === 'derivative') return toDerivative(done)
  if (done?.kind !== 'between') return done
  const [body, from, to] = done.parts
  const variable = toBetweenVariable(body)
  const at = (bound: Expression) => substitute(body, new Map([[variable ?? '', bound]]))
  return variable === undefined ? undefined : subtract(at(to), at(from))
}
