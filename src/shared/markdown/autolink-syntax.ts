import { gfmAutolinkLiteral } from 'micromark-extension-gfm-autolink-literal'
import type { Code, Construct, Extension, State } from 'micromark-util-types'

/** Characters no address holds unescaped: Chinese, Japanese and Korean text and punctuation, full-width forms. */
const isBeyondAddress = (code: Code) =>
  code !== null && ((code >= 0x2018 && code <= 0x201f) || (code >= 0x2e80 && code <= 0xffef))

/** The same construct, for which the text ends where Chinese begins. */
function stopAtCjk({ tokenize, ...rest }: Construct): Construct {
  return {
    ...rest,
    tokenize(effects, ok, nok) {
      let isOver = false
      const over =
        (next: State): State =>
        (code) => {
          isOver = true
          return next(code)
        }
      const within =
        (state: State): State =>
        (code) => {
          const next = state(isBeyondAddress(code) ? null : code)
          return next === undefined || isOver ? next : within(next)
        }
      return within(tokenize.call(this, effects, over(ok), over(nok)))
    },
  }
}

const literal = gfmAutolinkLiteral().text as Record<number, Construct[]>
const [protocol, www] = [literal[104]?.[1], literal[119]?.[1]] as [Construct, Construct]

/** Addresses that start with http(s): or www. as links. E-mail addresses are found in the tree: as a token they would be tried at every letter. */
export const autolinkSyntax: Extension = {
  text: {
    72: stopAtCjk(protocol),
    104: stopAtCjk(protocol),
    87: stopAtCjk(www),
    119: stopAtCjk(www),
  },
}
