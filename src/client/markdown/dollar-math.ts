import type { Code, Construct, Extension, State } from 'micromark-util-types'

const dollar = 36
const backslash = 92
const isSpace = (code: Code) => code === null || code < 0 || code === 32 || code === 9
const isCjk = (code: Code) => code !== null && code >= 0x2e80
const isDigit = (code: Code) => code !== null && code >= 48 && code <= 57

/**
 * `$…$` by Pandoc's rules: no space inside either dollar, no digit behind the closing one. So `$5 and $6` stays text.
 * So does a number with Chinese behind it, as in `$5，而$x$`.
 */
const construct: Construct = {
  name: 'dollarMath',
  previous(code) {
    return code !== dollar
  },
  tokenize(effects, ok, nok) {
    let before: Code = null
    let isNumber = true
    const open: State = (code) => {
      effects.enter('mathText')
      effects.enter('mathTextSequence')
      effects.consume(code)
      effects.exit('mathTextSequence')
      return first
    }
    const first: State = (code) => (isSpace(code) || code === dollar ? nok(code) : begin(code))
    const begin: State = (code) => {
      effects.enter('mathTextData')
      return inside(code)
    }
    const inside: State = (code) => {
      if (code === null || (isNumber && isDigit(before) && isCjk(code))) return nok(code)
      isNumber &&= isDigit(code) || code === 44 || code === 46
      if (code < 0 && code >= -5 && code !== -2 && code !== -1) {
        effects.exit('mathTextData')
        effects.enter('lineEnding')
        effects.consume(code)
        effects.exit('lineEnding')
        before = code
        return (next) => (next === null || next < 0 ? nok(next) : begin(next))
      }
      if (code === dollar) {
        if (isSpace(before)) return nok(code)
        effects.exit('mathTextData')
        effects.enter('mathTextSequence')
        effects.consume(code)
        effects.exit('mathTextSequence')
        return closed
      }
      effects.consume(code)
      before = code
      return code === backslash ? escaped : inside
    }
    const escaped: State = (code) => {
      if (code === null || code < 0) return inside(code)
      effects.consume(code)
      before = code
      return inside
    }
    const closed: State = (code) => {
      if (isDigit(code)) return nok(code)
      effects.exit('mathText')
      return ok(code)
    }
    return open
  },
}

export const dollarMath: Extension = { text: { [dollar]: construct } }
