import { isTextCommand } from './mend-formula.ts'

const tokenPattern = /\\(?:[A-Za-z]+|[^])|[^]/gu
/** Deeper nests are nothing that people write. */
const maxDepth = 60

/** Commands that text may hold beside those named \text…; others mean a formula. */
const textCommands = new Set(
  'quad qquad enspace thinspace ldots dots textellipsis color textcolor colorbox fcolorbox fbox underline bf it rm sf tt tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge S P pounds copyright ss ae AE oe OE aa AA o O i j LaTeX TeX KaTeX circledR c v u H r verb rule kern hskip hspace par newline boxed raisebox rlap llap smash phantom hphantom vphantom char unicode ce pu emph mbox hbox'.split(
    ' ',
  ),
)
/** Commands that mathematics may not hold. */
const textOnly =
  /^\\(?:textdegree|textbackslash|textbar|textgreater|textless|textasciitilde|textasciicircum|textcircled|textunderscore|textdollar|textbraceleft|textbraceright|textendash|textemdash|textquoteleft|textquoteright|textquotedblleft|textquotedblright|textellipsis)$/
/** Commands of one argument that hold rows. */
const rowCommands = new Set(['\\matrix', '\\pmatrix', '\\cases', '\\eqalign', '\\displaylines', '\\substack'])
const delimited = /^\\(?:left|right|middle|[bB]igg?[lrm]?)$/
const limitsAfter =
  /^\\(?:sum|i{0,4}nt|oi{0,3}nt|prod|coprod|big\w+|lim|max|min|sup|inf|limsup|liminf|det|gcd|Pr|arg(?:max|min)|mathop|operatorname|var\w+lim)$/
const delimiters: Record<string, string> = {
  '{': '\\{',
  '}': '\\}',
  '（': '(',
  '）': ')',
  '｜': '|',
  '【': '[',
  '】': ']',
}

/** What KaTeX calls an environment of LaTeX where it stands inside others or in a line. */
const inner: Record<string, string> = {
  align: 'aligned',
  flalign: 'aligned',
  split: 'aligned',
  alignat: 'alignedat',
  xalignat: 'alignedat',
  gather: 'gathered',
  multline: 'gathered',
}
/** And where it is all of a display. */
const outer: Record<string, string> = { flalign: 'align', xalignat: 'alignat', multline: 'gather' }
/** Those that only number or place what they hold. */
const wrappers = new Set(['equation', 'displaymath', 'math', 'subequations', 'center', 'empheq', 'split*'])

/** Columns of an array without what KaTeX does not know: repetition, widths, separators. */
function toColumns(source: string): string {
  const repeated = source.replace(/\*\s*\{?(\d{1,2})\}?\s*\{([^{}]*)\}/g, (_all, times: string, columns: string) =>
    columns.repeat(Number(times)),
  )
  return repeated
    .replace(/[@!><]\s*\{[^{}]*\}/g, '')
    .replace(/[pmbwX](?:\s*\{[^{}]*\})*/g, 'l')
    .replace(/[^lcr|:]/g, '')
}

class Unclear extends Error {}

/**
 * TeX that KaTeX refuses, written so that it takes it, where the meaning is clear; `undefined` where it is not. What
 * KaTeX takes is never given to it.
 */
export function repairFormula(tex: string, isDisplay: boolean): string | undefined {
  // Parameters of definitions look like stray signs.
  const hasDefinitions = /\\(?:[gex]?def|newcommand|renewcommand|providecommand|let)\b/.test(tex)
  const tokens = tex.match(tokenPattern) ?? []
  let at = 0
  let depth = 0
  let hasTag = false
  let hasRows = false

  const isOver = () => at >= tokens.length
  const skipSpaces = () => {
    while (/^\s$/.test(tokens[at] ?? '')) at += 1
  }
  function deeper<T>(read: () => T): T {
    depth += 1
    if (depth > maxDepth) throw new Unclear()
    const result = read()
    depth -= 1
    return result
  }
  /** The source of a group, without its braces; a single token where there are none. */
  function readRaw(): string {
    skipSpaces()
    if (tokens[at] !== '{') return tokens[at++] ?? ''
    let open = 0
    let raw = ''
    do {
      const token = tokens[at++]
      if (token === undefined) throw new Unclear()
      if (token === '{') open += 1
      if (token === '}') open -= 1
      raw += token
    } while (open > 0)
    return raw.slice(1, -1)
  }

  /** The text up to the end of its group. */
  function readText(): string {
    let text = ''
    for (;;) {
      if (isOver()) throw new Unclear()
      const token = tokens[at++] as string
      if (token === '}') return text
      text += toTextPiece(token, text)
    }
  }
  function toTextPiece(token: string, before: string): string {
    if (token === '{') return `{${deeper(readText)}}`
    if (token === '$') return hasPartner() ? `$${deeper(() => readMath('$', false))}$` : '\\$'
    if (token === '\\(') return `$${deeper(() => readMath('\\)', false))}$`
    if (token === '\\\\') return ' '
    if (token === '&' || token === '#') return `\\${token}`
    if (token === '^') return `$^{${readScript()}}$`
    if (token === '_') {
      const isIndex = tokens[at] === '{' || (/\d/.test(tokens[at] ?? '') && /(?:^|[^A-Za-z])[A-Z][a-z]?$/.test(before))
      return isIndex ? `$_{${readScript()}}$` : '\\_'
    }
    if (!/^\\[A-Za-z]/.test(token) || isTextCommand(token) || textCommands.has(token.slice(1))) return token
    return `$${token}${readArguments()}$`
  }
  /** Whether the dollar that was just read has another in its group. */
  function hasPartner(): boolean {
    for (let ahead = at, open = 0; ahead < tokens.length && open >= 0; ahead += 1) {
      if (tokens[ahead] === '$') return true
      if (tokens[ahead] === '{') open += 1
      if (tokens[ahead] === '}') open -= 1
    }
    return false
  }
  function readScript(): string {
    skipSpaces()
    if (tokens[at] !== '{') return tokens[at++] ?? ''
    at += 1
    return deeper(() => readMath('}', false))
  }
  /** Groups and scripts right behind a command. */
  function readArguments(): string {
    let read = ''
    for (;;) {
      const token = tokens[at] ?? ''
      if (token === '{') {
        at += 1
        read += `{${deeper(() => readMath('}', false))}}`
      } else if (token === '^' || token === '_') {
        at += 1
        read += `${token}{${readScript()}}`
      } else return /^[A-Za-z]/.test(token) && read === '' ? ' ' : read
    }
  }

  function readEnvironment(isTop: boolean): string {
    const name = readRaw()
    const plain = name.replace(/\*$/, '')
    const close = `\\end{${name}}`
    const read = () => deeper(() => readMath(close, true))
    if (wrappers.has(plain)) return deeper(() => readMath(close, true))
    if (plain === 'numcases') return `{${readRaw()}}\\begin{cases}${read()}\\end{cases}`
    if (plain === 'eqnarray') return `\\begin{darray}{rcl}${read()}\\end{darray}`
    if (plain === 'array' || plain === 'tabular') {
      skipOption()
      const columns = toColumns(readRaw())
      const rows = plain === 'array' ? read() : deeper(() => readCells(close))
      return `\\begin{array}{${columns}}${rows}\\end{array}`
    }
    const known = isTop && isDisplay ? (outer[plain] ?? name) : (inner[plain] ?? (plain === 'cases' ? plain : name))
    return `\\begin{${known}}${read()}\\end{${known}}`
  }
  function skipOption() {
    skipSpaces()
    if (tokens[at] === '[') while (!isOver() && tokens[at++] !== ']');
  }
  /** Rows of a table whose cells are text. */
  function readCells(close: string): string {
    let rows = ''
    let cell = ''
    const endCell = () => {
      if (cell.trim() !== '') rows += `\\text{${cell.trim()}}`
      cell = ''
    }
    while (!isAtEnd(close)) {
      if (isOver()) throw new Unclear()
      const token = tokens[at++] as string
      if (token === '&' || token === '\\\\' || token === '\\hline') {
        endCell()
        rows += token
      } else cell += toTextPiece(token, cell)
    }
    endCell()
    return rows
  }
  /** Takes `\end{…}` where it stands next. */
  function isAtEnd(close: string): boolean {
    if (tokens[at] !== '\\end') return false
    const before = at
    at += 1
    if (`\\end{${readRaw()}}` === close) return true
    at = before
    throw new Unclear()
  }

  function readDelimiter(): string {
    skipSpaces()
    const token = tokens[at++] ?? ''
    if (token === '{' && tokens[at + 1] === '}') {
      at += 2
      return tokens[at - 2] ?? ''
    }
    return delimiters[token] ?? token
  }
  function toTag(): string {
    skipSpaces()
    const star = tokens[at] === '*'
    if (star) at += 1
    skipSpaces()
    if (tokens[at] !== '{') throw new Unclear()
    at += 1
    const label = deeper(readText)
    if (isDisplay && !hasTag && depth === 0) {
      hasTag = true
      return `\\tag${star ? '*' : ''}{${label}}`
    }
    return `\\quad\\text{${star ? label : `(${label})`}}`
  }

  /** Mathematics up to what closes it. `isAligned`: an ampersand begins the next column. */
  function readMath(close: string | undefined, isAligned: boolean): string {
    let math = ''
    let last = ''
    for (;;) {
      if (close?.startsWith('\\end{') === true ? isAtEnd(close) : !isOver() && tokens[at] === close) {
        if (close?.startsWith('\\end{') !== true) at += 1
        return math
      }
      if (isOver()) {
        if (close === undefined) return math
        throw new Unclear()
      }
      const token = tokens[at++] as string
      math += toMathPiece(token, last, isAligned, close === undefined)
      if (!/^\s$/.test(token)) last = token
    }
  }
  function toMathPiece(token: string, last: string, isAligned: boolean, isTop: boolean): string {
    if (token === '{') return `{${deeper(() => readMath('}', rowCommands.has(last)))}}`
    if (token === '}' || token === '\\end') throw new Unclear()
    if (token === '&') {
      if (isAligned) return token
      hasRows ||= isTop
      return isTop ? '\u0000' : '\\&'
    }
    if (token === '#') return hasDefinitions ? token : '\\#'
    if (/^(?:\$|\\[()[\]])$/.test(token)) return ''
    if (token === '\\begin') return readEnvironment(isTop)
    if (token === '\\tag') return toTag()
    if (delimited.test(token)) return `${token}${readDelimiter()}`
    if (token === '\\limits' || token === '\\nolimits') return limitsAfter.test(last) || last === '}' ? token : ''
    if (/^\\(?:text|page)?color(?:box)?$|^\\fcolorbox$/.test(token)) return `${token}{${readRaw()}}`
    if (textOnly.test(token)) return `\\text{${token}${tokens[at] === '{' ? `{${readRaw()}}` : ' '}}`
    if (isTextCommand(token)) {
      skipSpaces()
      if (tokens[at] !== '{') return `${token} `
      at += 1
      return `${token}{${deeper(readText)}}`
    }
    return token
  }

  try {
    const math = readMath(undefined, false)
    if (!hasRows) return math
    return math.includes('\\\\')
      ? `\\begin{aligned}${math.replaceAll('\u0000', '&')}\\end{aligned}`
      : math.replaceAll('\u0000', '\\&')
  } catch (error) {
    if (error instanceof Unclear) return undefined
    throw error
  }
}
