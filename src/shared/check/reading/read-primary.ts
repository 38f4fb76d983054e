import * as E from '../algebra/expression.ts'
import type { Expression } from '../algebra/expression.ts'
import { isKnownUnit } from '../algebra/units.ts'
import { readBars, readBrackets, readEnvironment } from './read-brackets.ts'
import { readCall, readRoot } from './read-call.ts'
import { readName } from './read-name.ts'
import { parseNumber } from './read-number.ts'
import { readIntegral, readLimit, readQuotient, readSeries } from './read-operator.ts'
import type { Reader } from './reader.ts'
import type { Token } from './tokenise.ts'

const currencies = '$€£¥'

/** A factor without its powers: a number, a name, a call, a group, a unit. */
export function readPrimary(reader: Reader): Expression {
  const token = reader.peek()
  if (!token) return reader.fail()
  switch (token.type) {
    case 'number':
      reader.next()
      return parseNumber(token.value) ?? reader.fail()
    case 'letter':
      return readName(reader)
    case 'function':
      return token.value === 'sqrt' ? readRoot(reader) : readCall(reader)
    case 'text':
      reader.next()
      return isPlainUnit(reader, token)
        ? { kind: 'unit', name: unitWithPower(reader, token.value) }
        : E.symbol(`“${token.value}”`)
    case 'begin':
      return readEnvironment(reader)
    case 'command':
      return command(reader, token.value)
    case 'mark':
      return mark(reader, token.value)
    default:
      return reader.fail()
  }
}

/** A word behind a factor counts or measures; one that stands alone names something, unless it is a unit of measure. */
function isPlainUnit(reader: Reader, token: Token): boolean {
  const before = reader.tokens[reader.at - 2]
  if (before?.value === '/' && reader.tokens[reader.at - 3]?.type === 'text') return true
  const isBehind =
    before !== undefined &&
    (before.type === 'number' || before.type === 'text' || /^[)}%°]$/.test(before.value) || before.type === 'letter')
  return isBehind || isKnownUnit(token.value)
}

/** `\text{cm}^2`: the power belongs to the unit. */
function unitWithPower(reader: Reader, name: string): string {
  const next = reader.peek(1)
  if (!reader.is('^')) return name
  if (next?.type === 'number') {
    reader.at += 2
    return `${name}^${next.value}`
  }
  const inner = reader.peek(2)
  if (!reader.is('{', 1) || inner?.type !== 'number' || !reader.is('}', 3)) return name
  reader.at += 4
  return `${name}^${inner.value}`
}

function command(reader: Reader, name: string): Expression {
  switch (name) {
    case 'frac':
    case 'dfrac':
    case 'tfrac':
    case 'cfrac':
      return readQuotient(reader)
    case 'binom':
    case 'dbinom':
    case 'tbinom': {
      reader.next()
      const top = reader.argument()
      return E.call('binomial', top, reader.argument())
    }
    case 'lim':
      return readLimit(reader)
    case 'boxed':
    case 'cancel':
    case 'bcancel':
    case 'xcancel':
    case 'mathbf':
    case 'boldsymbol':
    case 'bm':
      reader.next()
      return reader.argument()
    case 'overline':
    case 'bar':
    case 'hat':
    case 'widehat':
    case 'tilde':
    case 'mathcal':
    case 'mathbb':
      return readName(reader)
    default:
      return reader.fail()
  }
}

function mark(reader: Reader, value: string): Expression {
  if (currencies.includes(value)) {
    reader.next()
    const sign = reader.eat('-') ? E.negate : (of: Expression) => of
    const token = reader.next()
    const amount = token.type === 'number' ? parseNumber(token.value) : undefined
    return amount ? E.multiply(sign(amount), { kind: 'unit', name: value }) : reader.fail()
  }
  switch (value) {
    case '{':
      return reader.whole(reader.group())
    case '(':
    case '[':
    case '⦃':
    case '⌊':
    case '⌈':
      return readBrackets(reader)
    case '|':
      return readBars(reader)
    case '√':
    case '∛':
      return readRoot(reader)
    case '∫':
      return readIntegral(reader)
    case '∑':
    case '∏':
      return readSeries(reader)
    case '∞':
      reader.next()
      return { kind: 'constant', name: 'infinity' }
    case '∠':
    case '△':
      return readName(reader)
    default:
      return reader.fail()
  }
}
