import type { CompileContext, Extension as FromMarkdown } from 'mdast-util-from-markdown'
import type { Construct, Extension, State } from 'micromark-util-types'

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    tag: 'tag'
  }
}

/** A tag that has a meaning here, as it was written: `<sub>`, `</div>`, `<|begin_of_box|>`. */
type TagNode = { type: 'tag'; value: string; name: string; isClosing: boolean }
declare module 'mdast' {
  interface RootContentMap {
    tag: TagNode & { position?: import('unist').Position }
  }
  interface PhrasingContentMap {
    tag: TagNode & { position?: import('unist').Position }
  }
}

/** Tags of HTML with a meaning in a line of text. */
const elements =
  'sub sup u ins b strong i em s del strike font span small big mark center div p details summary section answer'
const names = new Set(elements.split(' '))
/** What models put around messages and results; some reach the text. */
const control =
  /^(?:im_(?:start|end|sep)|end(?:oftext|_of_text|_of_turn)?|begin_of_text|eo[tm]_id|(?:begin|end)[_▁]of[_▁](?:sentence|box|image|thought|solution))$/
const maxChars = 240

const whole = /^<(?:(\/?)([a-z]+)(?:\s+[a-z-]+\s*=[^<>]*|\s*\/?)|[|｜]([a-z_▁]+)[|｜])>$/i

/** What a tag is called that is known here. */
function readTag(value: string): { name: string; isClosing: boolean } | undefined {
  const [, slash, element = '', token = ''] = whole.exec(value) ?? []
  const name = element.toLowerCase()
  if (names.has(name)) return { name, isClosing: slash === '/' }
  if (!control.test(token)) return undefined
  return { name: /[_▁]of[_▁]box$/.test(token) ? 'box' : 'control', isClosing: token.startsWith('end') }
}

/** Whether a text that ends like this may go on as a known tag with attributes. */
export const mayBecomeTag = (end: string) =>
  names.has((/^<\/?([a-z]+)\s+(?:[a-z-]+(?:\s*=[^<>]*)?)?$/i.exec(end)?.[1] ?? '').toLowerCase())

const tag: Construct = {
  name: 'tag',
  tokenize(effects, ok, nok) {
    let value = ''
    const inside: State = (code) => {
      if (code === null || code < 0 || value.length > maxChars || (code === 60 && value !== '')) return nok(code)
      value += String.fromCharCode(code)
      effects.consume(code)
      if (code !== 62) return inside
      if (!readTag(value)) return nok
      effects.exit('tag')
      return ok
    }
    return (code) => {
      effects.enter('tag')
      return inside(code)
    }
  },
}
/** Known tags as tokens, so that those in code and escaped ones stay text. */
export const tagSyntax: Extension = { text: { 60: tag } }

export const tagFromMarkdown: FromMarkdown = {
  enter: {
    tag(this: CompileContext, token) {
      const value = this.sliceSerialize(token)
      this.enter({ type: 'tag', value, name: '', isClosing: false, ...readTag(value) }, token)
    },
  },
  exit: {
    tag(this: CompileContext, token) {
      this.exit(token)
    },
  },
}
