import type {} from 'micromark-extension-gfm-autolink-literal'
import type { Code, Construct, Extension, State, TokenizeContext, Tokenizer } from 'micromark-util-types'

const isSpace = (code: Code) => code === null || code < 0 || code === 32 || code === 0xa0
/** Characters no address holds unescaped: Chinese, Japanese and Korean text and punctuation, full-width forms. */
const isBeyondAddress = (code: Code) =>
  code !== null && ((code >= 0x2018 && code <= 0x201f) || (code >= 0x2e80 && code <= 0xffef))
const isEnd = (code: Code) => isSpace(code) || code === 60 || isBeyondAddress(code)
const isIn = (code: Code, characters: string) =>
  code !== null && code > 0 && characters.includes(String.fromCharCode(code))
const isLetter = (code: Code) => code !== null && ((code >= 65 && code <= 90) || (code >= 97 && code <= 122))
const isDigit = (code: Code) => code !== null && code >= 48 && code <= 57

/** Punctuation at the end of a sentence, or the bracket around the address, is no part of it. */
const trail: Construct = {
  partial: true,
  tokenize(effects, ok, nok) {
    const inside: State = (code) => {
      if (isEnd(code) || code === 93) return ok(code)
      if (!isIn(code, `!"'),.:;?*_~`)) return code === 38 ? entity(code) : nok(code)
      effects.consume(code)
      return inside
    }
    const entity: State = (code) => {
      effects.consume(code)
      return name
    }
    const name: State = (code) => {
      if (!isLetter(code) && code !== 59) return nok(code)
      effects.consume(code)
      return code === 59 ? inside : name
    }
    return (code) => {
      effects.enter('data')
      return inside(code)
    }
  },
}

/** Whether this stands in the label of a link, where no other link may be. */
const isInLabel = ({ events }: TokenizeContext) =>
  events.some(([kind, token]) => {
    if (kind !== 'exit' || (token.type !== 'labelLink' && token.type !== 'labelImage')) return false
    return token._balanced !== true
  })

type Kind = {
  openings: string[]
  token: 'literalAutolinkHttp' | 'literalAutolinkWww'
  mayFollow: (code: Code) => boolean
}

function readAddress({ openings, token, mayFollow }: Kind): Tokenizer {
  return function tokenize(effects, ok, nok) {
    let opening = ''
    let open = 0
    const start: State = (code) => {
      if (!mayFollow(this.previous) || isInLabel(this)) return nok(code)
      effects.enter('literalAutolink')
      effects.enter(token)
      return prefix(code)
    }
    const prefix: State = (code) => {
      if (code === null || code < 0) return nok(code)
      opening += String.fromCharCode(code).toLowerCase()
      if (!openings.some((known) => known.startsWith(opening))) return nok(code)
      effects.consume(code)
      return openings.includes(opening) ? first : prefix
    }
    const first: State = (code) => (isLetter(code) || isDigit(code) ? inside(code) : nok(code))
    const inside: State = (code) => {
      if (isEnd(code)) return done(code)
      if (code === 40) open += 1
      if (code === 41 && open > 0) {
        open -= 1
        return consume(code)
      }
      return isIn(code, `!"'),.:;?*_~&]`) ? effects.check(trail, done, consume)(code) : consume(code)
    }
    const consume: State = (code) => {
      effects.consume(code)
      return inside
    }
    const done: State = (code) => {
      effects.exit(token)
      effects.exit('literalAutolink')
      return ok(code)
    }
    return start
  }
}

const protocol: Construct = {
  name: 'addressWithProtocol',
  tokenize: readAddress({
    openings: ['http://', 'https://'],
    token: 'literalAutolinkHttp',
    mayFollow: (code) => !isLetter(code) && !isDigit(code),
  }),
}
const www: Construct = {
  name: 'addressWithWww',
  tokenize: readAddress({
    openings: ['www.'],
    token: 'literalAutolinkWww',
    mayFollow: (code) => isSpace(code) || isIn(code, '(*_~[]') || isBeyondAddress(code),
  }),
}

/**
 * Addresses that start with http(s): or www. as links, up to where Chinese begins. E-mail addresses are found in the
 * tree: as a token they would be tried at every letter.
 */
export const autolinkSyntax: Extension = { text: { 72: protocol, 104: protocol, 87: www, 119: www } }
