import type { Expression } from '../algebra/expression.ts'
import { spend } from '../work.ts'
import type { Token } from './tokenise.ts'

export class ParseFailure extends Error {}

type Read = (reader: Reader) => Expression
/** The grammar a reader goes on with: sums, products up to the next `+` or `−`, one factor with its powers. */
export type Grammar = { expression: Read; term: Read; postfix: Read }

const maxDepth = 60

/** A place in a row of tokens. Its methods throw {@link ParseFailure} where the tokens do not fit. */
export class Reader {
  readonly tokens: Token[]
  private readonly grammar: Grammar
  private depth = 0
  at = 0
  /** How many `|` are open: the next one may close. */
  bars = 0
  /** Names that a sum or an integral around binds: `i` is no imaginary unit there. */
  bound: readonly string[] = []

  constructor(tokens: readonly Token[], grammar: Grammar) {
    this.tokens = [...tokens]
    this.grammar = grammar
  }

  get isAtEnd() {
    return this.at >= this.tokens.length
  }

  peek(offset = 0): Token | undefined {
    return this.tokens[this.at + offset]
  }

  fail(): never {
    throw new ParseFailure()
  }

  next(): Token {
    const token = this.tokens[this.at]
    if (!token) this.fail()
    this.at += 1
    return token
  }

  is(value: string, offset = 0): boolean {
    const token = this.peek(offset)
    return token?.value === value && token.type !== 'text'
  }

  eat(value: string): boolean {
    if (!this.is(value)) return false
    this.at += 1
    return true
  }

  expect(value: string) {
    if (!this.eat(value)) this.fail()
  }

  private nested(read: Read): Expression {
    spend(4)
    if (this.depth > maxDepth) this.fail()
    this.depth += 1
    try {
      return read(this)
    } finally {
      this.depth -= 1
    }
  }

  expression = () => this.nested(this.grammar.expression)
  term = () => this.nested(this.grammar.term)
  postfix = () => this.nested(this.grammar.postfix)

  /** What `read` gives, or undefined and the place as before where it fails. */
  attempt<T>(read: () => T): T | undefined {
    const { at, bars, bound } = this
    try {
      return read()
    } catch (error) {
      if (!(error instanceof ParseFailure)) throw error
      this.at = at
      this.bars = bars
      this.bound = bound
      return undefined
    }
  }

  /** An expression up to its closing bracket; inside, `|` opens again. */
  inside(close: string): Expression {
    const { bars } = this
    this.bars = 0
    const result = this.expression()
    this.bars = bars
    this.expect(close)
    return result
  }

  binding<T>(name: string, read: () => T): T {
    const before = this.bound
    this.bound = [...before, name]
    const result = read()
    this.bound = before
    return result
  }

  /** All of other tokens as one expression. */
  whole(tokens: readonly Token[]): Expression {
    const reader = new Reader(tokens, this.grammar)
    reader.bound = this.bound
    reader.depth = this.depth
    const result = reader.expression()
    return reader.isAtEnd ? result : this.fail()
  }

  /** The tokens of a group whose opening brace comes next, without the braces. */
  group(): readonly Token[] {
    this.expect('{')
    const start = this.at
    for (let depth = 1; depth > 0; this.at += 1) {
      if (this.isAtEnd) this.fail()
      if (this.is('{')) depth += 1
      else if (this.is('}')) depth -= 1
    }
    return this.tokens.slice(start, this.at - 1)
  }

  /** An argument by the rules of TeX: a group or one sign, of a number its first digit. */
  argument(): Expression {
    if (this.is('{')) return this.whole(this.group())
    const token = this.peek()
    if (token?.type === 'number' && /^\d{2,}$/.test(token.value)) {
      this.tokens[this.at] = { ...token, value: token.value.slice(1), start: token.start + 1, isSpaced: false }
      return this.whole([{ ...token, value: token.value.slice(0, 1), end: token.start + 1 }])
    }
    if (token?.type === 'number' || token?.type === 'letter' || token?.type === 'text') return this.whole([this.next()])
    return token?.type === 'command' ? this.postfix() : this.fail()
  }
}
