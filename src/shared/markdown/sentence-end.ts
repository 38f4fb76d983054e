/** Constructs in a line end within so many characters, or are none. */
const reachChars = 600

/** From these lengths on a piece ends at a sentence, at any pause, before any word, anywhere. */
const sentenceChars = 2_500
const pauseChars = 5_000
const wordChars = 8_000
const anyChars = 10_000

const closers: Record<string, string> = { '\\(': '\\)', '\\[': '\\]', '[': ']' }
/** What may begin a piece without being taken for the mark of a block. */
const isBeginning = (rest: string) => /^(?:[\p{L}“‘（(《「『【]|\$[^$\s]|\\\()/u.test(rest)
const isNoMark = (rest: string) => /^[^\s\ud800-\udfff|>#`~$\\*+\-_=:[<]/.test(rest)

/** How long the code, formula, link or emphasis is that begins here; 0 where none does. */
function measureConstruct(text: string, at: number, limit: number): number {
  const char = text[at] as string
  if (!'\\$`[*_'.includes(char)) return 0
  const reach = text.slice(at, Math.min(at + reachChars, limit))
  if (char === '\\' || char === '[') {
    const opener = char === '[' ? char : reach.slice(0, 2)
    const closer = closers[opener]
    if (closer === undefined) return 2
    const end = reach.indexOf(closer, opener.length)
    return end === -1 ? opener.length : end + closer.length
  }
  let length = 1
  while (reach[length] === char) length += 1
  const mark = reach.slice(0, length)
  if (char !== '`' && /^\s?$/.test(reach[length] ?? '')) return length
  const end = reach.indexOf(mark, length)
  return end === -1 ? length : end + length
}

/** Where the next piece begins if one ends with the sign at `at`; 0 where none does. */
function findBeginning(text: string, at: number, chars: number): number {
  const char = text[at] as string
  const isEnd = /[。！？；…]/.test(char) || (/[.!?;]/.test(char) && /[\s\u4e00-\u9fff]/.test(text[at + 1] ?? ''))
  const isPause = chars >= pauseChars && /[，、,：:\s]/.test(char)
  if (!isEnd && !isPause && chars < wordChars) return 0
  const [behind = ''] = /^[”’"'）)」』】》]*\s*/.exec(text.slice(at + 1, at + 40)) ?? []
  const beginning = at + 1 + behind.length
  const rest = text.slice(beginning, beginning + 2)
  return isBeginning(rest) || (chars >= anyChars && isNoMark(rest)) ? beginning : 0
}

/**
 * Looks in a line for the place where a piece that began at `start` ends: at the end of a sentence, outside of formulas,
 * code, links and emphasis. `from`: what was looked at already; `limit`: where the line ends, so far. A line that grows is
 * looked at no further than {@link reachChars} before that. Gives how far it came, and the place.
 */
export function findSentenceEnd(text: string, start: number, from: number, limit: number, isGrowing: boolean) {
  const end = isGrowing ? limit - reachChars : limit
  let at = from
  while (at < end) {
    const beginning = at - start >= sentenceChars ? findBeginning(text, at, at - start) : 0
    if (beginning > 0 && beginning < limit) return { at: beginning, beginning }
    at += measureConstruct(text, at, limit) || 1
  }
  return { at, beginning: undefined }
}
