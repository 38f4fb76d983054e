import type { CompileContext, Extension as FromMarkdown } from 'mdast-util-from-markdown'
import { environments } from './environments.ts'
import { isPlainTex, isProse } from './plain-tex.ts'
import type { Code, Construct, Extension, State, Token, TokenizeContext, Tokenizer } from 'micromark-util-types'

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    formula: 'formula'
    formulaData: 'formulaData'
  }
}

/** A formula as a node of the tree. `isPending`: its end has not come. */
export type FormulaNode = {
  type: 'formula'
  value: string
  isDisplay: boolean
  isPending: boolean
}
declare module 'mdast' {
  interface RootContentMap {
    formula: FormulaNode & { position?: import('unist').Position }
  }
  interface PhrasingContentMap {
    formula: FormulaNode & { position?: import('unist').Position }
  }
}

/** What a token of type `formula` knows of itself: how much of its source are delimiters. */
type Found = { openChars: number; closeChars: number; isDisplay: boolean; isPending: boolean }
const found = new WeakMap<Token, Found>()

const dollar = 36
const backslash = 92
const backtick = 96
const openBrace = 123
const closeBrace = 125
const openParenthesis = 40
const openers = new Map([
  ['\\(', '\\)'],
  ['\\[', '\\]'],
])
const isEnd = (code: Code) => code === null
const isEol = (code: Code) => code !== null && code < 0 && code >= -5 && code !== -2 && code !== -1
const isSpace = (code: Code) => code === null || code < 0 || code === 32
const isDigit = (code: Code) => code !== null && code >= 48 && code <= 57
const toChar = (code: Code) => (code === null ? '' : code < 0 ? (isEol(code) ? '\n' : ' ') : String.fromCharCode(code))

const maxOpening = 40
/** A dollar within braces is looked past so far. */
const maxNested = 600
/** Beyond this many plain characters a lone dollar is taken for a price whose partner will not come. */
const maxUndecided = 80

const number = String.raw`^\d[\d.,]*`
/** What shows that the number behind a dollar is a price: a word, a unit, punctuation, Chinese. */
const prices = [
  String.raw`\s*(?:[)\];?"'’”“—–|]|\*\*|[\u3001-\u303f\u4e00-\u9fff\uff01-\uff65])`,
  String.raw`\s+\(?[A-Za-z]{2}`,
  String.raw`\s+[A-Za-z]\s+[A-Za-z]{2}`,
  String.raw`[A-Za-z]{1,2}[\s,.)]+[A-Za-z]{2}`,
  String.raw`\/[A-Za-z]+(?:[\s.,;)]|(?<=[A-Za-z]{2}))`,
  String.raw`\s+[^\sA-Za-z(:+\-*/=<>^_\\&|×÷·≤≥≈]`,
  String.raw`[:!]\s`,
].map((rest) => new RegExp(number + rest))

/** Whether what follows a lone dollar shows already that it becomes no formula, however it goes on. */
function isRuledOut(body: string): boolean {
  const isSpaced = /^\s/.test(body)
  const content = isSpaced ? body.trimStart() : body
  if (prices.some((price) => price.test(content)) || (isSpaced && isProse(content))) return true
  return body.length > maxUndecided && !/[\\^_{}]/.test(body.slice(0, maxUndecided + 1))
}

/** Whether what stands between two lone dollars is a formula. With spaces inside them it must be one beyond doubt. */
const isFormula = (body: string) => !isRuledOut(body) && (!/^\s|\s$/.test(body) || isPlainTex(body))

/** Whether a finished text broke off in this formula, as an answer at its length limit does. */
const isCutOff = (body: string) =>
  body.length <= 400 && !/`|\n\s*\n/.test(body) && /\\[a-zA-Z]|[\^_=]/.test(body) && !isProse(body)

/** `growsAt`: where a text that grows ends so far; a formula that is open there is pending. */
type Options = { growsAt: () => number }

/** Whether another line follows in the same quote or list item. The end of the last one belongs to neither it nor us. */
const nextLine: Construct = {
  partial: true,
  tokenize(effects, ok, nok) {
    return (code) => {
      effects.enter('lineEnding')
      effects.consume(code)
      effects.exit('lineEnding')
      return (next) => (next === null || this.parser.lazy[this.now().line] === true ? nok(next) : ok(next))
    }
  },
}

/**
 * Reads one formula from its opening delimiter to its closing one. Where the content ends before, the formula is
 * pending if the text still grows, else it is none.
 */
function readFormula(isFlow: boolean, { growsAt }: Options): Tokenizer {
  return function tokenize(this: TokenizeContext, effects, ok, nok) {
    const { interrupt } = this as TokenizeContext & { interrupt?: boolean }
    let token: Token
    let isInData = false
    let open = ''
    let close = ''
    let name = ''
    let body = ''
    let depth = 1
    /** Open braces, and formulas within them, as in \text{if $x > 0$}. */
    let braces = 0
    let inner = 0
    let isNumber = true

    const consume = (code: Code) => {
      if (!isInData) effects.enter('formulaData')
      isInData = true
      effects.consume(code)
    }
    const leave = () => {
      if (isInData) effects.exit('formulaData')
      isInData = false
    }
    const hasContent = () => body.replace(/\\[)\]]$/, '').trim() !== ''
    const finish = (isPending: boolean) => {
      leave()
      found.set(token, {
        openChars: name === '' ? open.length : 0,
        closeChars: name === '' && !isPending ? close.length : 0,
        isDisplay: open !== '$' && open !== '\\(' && name !== 'boxed',
        isPending,
      })
      effects.exit('formula')
    }

    const start: State = (code) => {
      if (code === dollar && this.previous === dollar) return nok(code)
      token = effects.enter('formula')
      return opening(code)
    }
    const opening: State = (code) => {
      if (code === null || isEol(code)) return nok(code)
      open += toChar(code)
      consume(code)
      if (open === '$') return afterDollar
      if (open === '\\') return opening
      const closer = openers.get(open)
      if (closer !== undefined) {
        if (isFlow && open === '\\(') return nok
        close = closer
        return begin
      }
      if ('\\begin{'.startsWith(open) || '\\boxed'.startsWith(open)) return opening
      if (open === '\\boxed{' && !isFlow) {
        name = 'boxed'
        braces = 1
        return inside
      }
      if (!open.startsWith('\\begin{') || open.length > maxOpening) return nok
      const environment = /^\\begin\{([A-Za-z]+)(\*?)\}$/.exec(open)
      if (!environment) return /^\\begin\{[A-Za-z]*\*?$/.test(open) ? opening : nok
      if (!environments.has(environment[1] ?? '')) return nok
      name = `${environment[1]}${environment[2]}`
      close = `\\end{${name}}`
      return begin
    }
    const afterDollar: State = (code) => {
      if (code !== dollar) {
        close = '$'
        return isFlow ? nok(code) : begin(code)
      }
      open = close = '$$'
      consume(code)
      return (next) => (next === dollar ? nok(next) : begin(next))
    }
    // Whether a paragraph ends here is asked before its next lines are there.
    const begin: State = (code) => (isFlow && interrupt === true ? ok(code) : inside(code))

    const atEnd: State = (code) => {
      const isGrowing = this.now().offset >= growsAt()
      if (open === '$' ? !isGrowing || isRuledOut(body) : !isGrowing && !isCutOff(body)) return nok(code)
      finish(true)
      return ok(code)
    }
    const inside: State = (code) => {
      if (isEnd(code)) return atEnd(code)
      if (isEol(code)) return isFlow ? effects.check(nextLine, eol, atEnd)(code) : eol(code)
      if (open === '$' && isNumber && code !== null) {
        if (/\d$/.test(body) && code >= 0x2e80) return nok(code)
        isNumber = isDigit(code) || code === 44 || code === 46
      }
      // Code begins here: the dollar before it opened nothing.
      if (open === '$' && code === backtick) return nok(code)
      if (code === dollar && close.startsWith('$')) return closingDollar(code)
      body += toChar(code)
      consume(code)
      if (code === backslash) return escaped
      if (code === openBrace) braces += 1
      if (code === closeBrace) {
        braces -= 1
        if (name === 'boxed') return braces === 0 ? closed : inside
        if (name !== '') return afterBrace
      }
      return inside
    }
    const eol: State = (code) => {
      leave()
      effects.enter('lineEnding')
      effects.consume(code)
      effects.exit('lineEnding')
      body += '\n'
      return inside
    }
    const escaped: State = (code) => {
      if (code === null || isEol(code)) return inside(code)
      body += toChar(code)
      consume(code)
      if (close === '\\)' && braces > 0 && code === openParenthesis) inner += 1
      if (!body.endsWith(close) || (close !== '\\)' && close !== '\\]')) return inside
      if (inner === 0 || braces <= 0) return closed
      inner -= 1
      return inside
    }
    const afterBrace: State = (code) => {
      if (body.endsWith(`\\begin{${name}}`)) depth += 1
      if (body.endsWith(close)) depth -= 1
      return depth === 0 ? closed(code) : inside(code)
    }
    const closingDollar: State = (code) => {
      consume(code)
      if (close === '$') {
        if (braces > 0 && body.length <= maxNested) {
          body += '$'
          return inside
        }
        return (next) => (isDigit(next) || !isFormula(body) ? nok(next) : closed(next))
      }
      return (next) => {
        if (next !== dollar) {
          // A single dollar inside, as in \text{…$x$…}.
          body += '$'
          return inside(next)
        }
        if (body === '') return nok(next)
        consume(next)
        return closed
      }
    }
    // Display on a line of its own; with more behind it, it stands in a paragraph.
    const closed: State = (code) => {
      if (name === '' && !hasContent()) return nok(code)
      if (!isFlow || code === null || isEol(code)) {
        finish(false)
        return ok(code)
      }
      if (!isSpace(code)) return nok(code)
      consume(code)
      return closed
    }
    return start
  }
}

const toText = (options: Options): Construct => ({
  name: 'formulaText',
  tokenize: readFormula(false, options),
})
/** Of a text that grows no more. */
export const whole: Options = { growsAt: () => Infinity }
/** A formula that is whole. */
export const textFormula = toText(whole)
const toFlow = (options: Options): Construct => ({
  name: 'formulaFlow',
  concrete: true,
  tokenize: readFormula(true, options),
})

/** Four spaces before a display formula are a list's indentation, not a block of code. */
function toIndented(options: Options): Construct {
  const read = readFormula(true, options)
  return {
    name: 'formulaIndented',
    concrete: true,
    tokenize(effects, ok, nok) {
      const start: State = (code) => {
        effects.enter('linePrefix')
        return spaces(code)
      }
      const spaces: State = (code) => {
        if (code === 32 || code === -2 || code === -1) {
          effects.consume(code)
          return spaces
        }
        effects.exit('linePrefix')
        return code === dollar || code === backslash ? read.call(this, effects, ok, nok)(code) : nok(code)
      }
      return start
    },
  }
}

/**
 * Formulas as tokens of the parser: `\(…\)`, `\[…\]`, `$$…$$`, bare `\begin{…}` and `\boxed{…}`, and `$…$` by Pandoc's
 * rules (no space inside either dollar but in what is plainly TeX, no digit behind the closing one, so `$5 and $6` stays
 * text).
 */
export function formulaSyntax(options: Options): Extension {
  const text = toText(options)
  const flow = toFlow(options)
  const indented = toIndented(options)
  return {
    text: { [dollar]: text, [backslash]: text },
    flow: { [dollar]: flow, [backslash]: flow },
    flowInitial: { [-2]: indented, [-1]: indented, [32]: indented },
  }
}

const doubled = /^(?:\\\(([^]*)\\\)|\\\[([^]*)\\\]|(\$\$?)([^$]+)\3)$/

/** TeX without delimiters within the delimiters. */
export function withoutDelimiters(source: string): string {
  const tex = source.trim()
  const [, round, square, , dollars] = doubled.exec(tex) ?? []
  const inside = round ?? square ?? dollars
  return inside === undefined || /\\[()[\]]/.test(inside) ? tex : inside.trim()
}

/** Formula tokens as {@link FormulaNode}s. */
export const formulaFromMarkdown: FromMarkdown = {
  enter: {
    formula(this: CompileContext, token: Token) {
      this.enter({ type: 'formula', value: '', isDisplay: false, isPending: false }, token)
    },
  },
  exit: {
    formula(this: CompileContext, token: Token) {
      const node = this.stack.at(-1) as unknown as FormulaNode
      const { openChars, closeChars, isDisplay, isPending } = found.get(token) as Found
      const source = this.sliceSerialize(token).trimEnd()
      node.value = withoutDelimiters(source.slice(openChars, source.length - closeChars))
      node.isDisplay = isDisplay
      node.isPending = isPending
      this.exit(token)
    },
  },
}
