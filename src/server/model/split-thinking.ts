import type { RunEventBody } from '../../shared/run.ts'

const names = ['think', 'thinking', 'reason', 'reasoning', 'thought']
const openers = names.map((name) => `<${name}>`)
const closers = names.map((name) => `</${name}>`)
/** How much of an answer waits for a lone closing tag before it is taken for an answer after all. */
const maxHeldChars = 400

/** How many characters at the end of `text` could be the beginning of one of `tags`. */
function partialLength(text: string, tags: string[]): number {
  const from = text.lastIndexOf('<')
  if (from === -1) return 0
  const rest = text.slice(from)
  return tags.some((tag) => tag.startsWith(rest) && tag !== rest) ? rest.length : 0
}

function findTag(text: string, tags: string[]): { at: number; length: number } | undefined {
  const found = tags.flatMap((tag) => {
    const at = text.indexOf(tag)
    return at === -1 ? [] : [{ at, length: tag.length }]
  })
  return found.sort((a, b) => a.at - b.at)[0]
}

const delta = (type: 'thinking-delta' | 'answer-delta', text: string): RunEventBody[] =>
  text === '' ? [] : [{ type, text }]

/**
 * Parts thinking from answer by tags inside the text: an opening one at its start, or, for a model that is to think, a
 * lone closing one within the first stretch.
 */
export function createSplitThinking(thinks: boolean) {
  let state: 'undecided' | 'inside' | 'after' = 'undecided'
  let held = ''
  let trims = false

  function answer(text: string): RunEventBody[] {
    if (!trims) return delta('answer-delta', text)
    const trimmed = text.replace(/^\s+/, '')
    trims = trimmed === ''
    return delta('answer-delta', trimmed)
  }

  function push(text: string): RunEventBody[] {
    if (state === 'after') return answer(text)
    held += text
    if (state === 'undecided') {
      const start = held.trimStart()
      const opener = openers.find((tag) => start.startsWith(tag))
      if (opener) {
        state = 'inside'
        held = start.slice(opener.length)
      } else if (start === '' || openers.some((tag) => tag.startsWith(start))) {
        return []
      } else {
        const closer = thinks ? findTag(held, closers) : undefined
        if (closer) {
          state = 'inside'
        } else {
          if (thinks && held.length < maxHeldChars) return []
          const text = held
          state = 'after'
          held = ''
          return answer(text)
        }
      }
    }
    const closer = findTag(held, closers)
    if (!closer) {
      const keep = partialLength(held, closers)
      const text = held.slice(0, held.length - keep)
      held = held.slice(held.length - keep)
      return delta('thinking-delta', text)
    }
    const thinking = held.slice(0, closer.at)
    const rest = held.slice(closer.at + closer.length)
    state = 'after'
    held = ''
    trims = true
    return [...delta('thinking-delta', thinking), ...answer(rest)]
  }

  return {
    push,
    flush(): RunEventBody[] {
      const rest = held
      held = ''
      return state === 'inside' ? delta('thinking-delta', rest) : answer(rest)
    },
  }
}
