import type { Code, Construct, Extension } from 'micromark-util-types'

const isOperand = (code: Code) =>
  code !== null && ((code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122))

/** A lone star between two operands, as in `3*4*5`. */
const product: Construct = {
  name: 'product',
  tokenize(effects, ok, nok) {
    return (code) => {
      if (!isOperand(this.previous) && this.previous !== 41) return nok(code)
      effects.enter('data')
      effects.consume(code)
      effects.exit('data')
      return (next) => (isOperand(next) || next === 40 ? ok(next) : nok(next))
    }
  },
}

/** Products written with stars stay text: nobody emphasises the middle of a word in an answer. */
export const productSyntax: Extension = { text: { 42: product } }
