import { decodeString } from 'micromark-util-decode-string'

/** Characters that cannot be seen and that KaTeX would stumble over. */
const invisible =
  '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\ufeff'
const needsMending = new RegExp(`[%${invisible}]|&#?\\w{1,32};`)
const tokens = new RegExp(`\\\\(?:[A-Za-z]+|[^])|&(?:amp;){0,3}#?\\w{1,32};|[^\\\\&%\\s{}${invisible}]+|[^]`, 'g')
const isInvisible = new RegExp(`^[${invisible}]$`)
/** Commands whose argument is text. */
export const isTextCommand = (token: string) => /^\\(?:text|mbox|hbox|intertext|emph$)/.test(token)

/** The character that a reference stands for, however often it was escaped; the reference itself where there is none. */
function decode(reference: string): string {
  const once = reference.replace(/^&(?:amp;)+(?=.)/, '&')
  const char = decodeString(once)
  return char === once ? reference : char
}

function toMended(token: string, isText: boolean, isAligned: boolean): string {
  if (token === '%') return '\\%'
  if (isInvisible.test(token)) return ''
  if (!token.startsWith('&') || token === '&') return token
  const char = decode(token)
  if (char === '&') return isText || !isAligned ? '\\&' : char
  if (char === '\u00a0') return '~'
  return char === '%' || char === '$' || char === '#' ? `\\${char}` : char
}

/**
 * TeX as its writer meant it: a percent sign is one, except in a line that is a comment; references such as `&lt;` are
 * their characters; what cannot be seen is left out.
 */
export function mendFormula(tex: string): string {
  if (!needsMending.test(tex)) return tex
  const lastLine = tex.lastIndexOf('\n')
  /** Of each open group, whether it is text. */
  const groups: boolean[] = []
  let mended = ''
  let isTextNext = false
  let environments = tex.includes('\\\\') ? 1 : 0
  let lineStart: 'line' | 'row' | undefined = 'row'
  let isComment = false
  for (const { 0: token, index } of tex.matchAll(tokens)) {
    if (token === '\n') {
      lineStart = 'line'
      isComment = false
    }
    // A row that begins with a percent sign is a comment where its line has an end.
    isComment ||= token === '%' && lineStart !== undefined && (lineStart === 'line' || index < lastLine)
    if (isComment) continue
    const isText = groups.at(-1) === true
    mended += toMended(token, isText, environments > 0)
    if (token === '{') groups.push(isTextNext || isText)
    else if (token === '}') groups.pop()
    else if (token === '\\begin') environments += 1
    else if (token === '\\end') environments -= 1
    if (/^\s$/.test(token)) continue
    isTextNext = isTextCommand(token)
    lineStart = token === '\\\\' ? 'row' : undefined
  }
  return mended
}
