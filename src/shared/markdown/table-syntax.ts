import { gfmTable } from 'micromark-extension-gfm-table'
import type { Code, Construct, Effects, Extension, State, TokenizeContext } from 'micromark-util-types'
import { textFormula } from './formula-syntax.ts'

const dollar = 36
const backslash = 92
const pipe = 124
const letter = 120
/** A formula in a cell is looked for no further than this. */
const maxFormulaChars = 500

const isEol = (code: Code) => code !== null && code <= -3

/** How long the formula is that begins here, where one does and ends on this line. */
function createProbe(onFound: (chars: number) => void): Construct {
  return {
    partial: true,
    tokenize(effects, ok, nok) {
      const from = this.now().offset
      let isOver = false
      const found: State = (code) => {
        isOver = true
        onFound(this.now().offset - from)
        return ok(code)
      }
      const failed: State = (code) => {
        isOver = true
        return nok(code)
      }
      const within = (state: State): State => {
        return (code) => {
          const isLast = isEol(code) || this.now().offset - from > maxFormulaChars
          const next = state(code)
          if (next === undefined || isOver) return next
          return isLast ? nok(code) : within(next)
        }
      }
      return within(textFormula.tokenize.call(this, effects, found, failed))
    },
  }
}

function tokenizeTable(this: TokenizeContext, table: Construct, effects: Effects, ok: State, nok: State): State {
  let given: Code = null
  /** Characters of a formula that are still to come. */
  let left = 0
  let isEscaped = false
  let isOver = false
  const over = (state: State): State => {
    return () => {
      isOver = true
      return state(given)
    }
  }
  const probe = createProbe((chars) => {
    left = chars
  })
  const tell = (state: State, code: Code): State | undefined => {
    given = code
    const isInside = left > 0
    if (isInside) left -= 1
    return follow(state(isInside && code === pipe ? letter : code))
  }
  const follow = (state: State | undefined): State | undefined => {
    if (state === undefined || isOver) return state
    return (code) => {
      const isOpener = left === 0 && !isEscaped && (code === dollar || code === backslash)
      isEscaped = left === 0 && !isEscaped && code === backslash
      if (!isOpener) return tell(state, code)
      const goOn: State = (opener) => {
        if (left > 0) isEscaped = false
        return tell(state, opener)
      }
      return effects.check(probe, goOn, goOn)(code)
    }
  }
  // What stands in a formula is told to the table as a letter, and consumed as what it is.
  const consuming: Effects = { ...effects, consume: () => effects.consume(given) }
  return follow(table.tokenize.call(this, consuming, over(ok), over(nok))) as State
}

/** GFM's tables, whose cells no pipe inside a formula divides. */
export function tableSyntax(): Extension {
  const table = gfmTable().flow?.['null'] as Construct
  return {
    flow: {
      null: {
        ...table,
        tokenize(effects, ok, nok) {
          return tokenizeTable.call(this, table, effects, ok, nok)
        },
      },
    },
  }
}
