import { isRecord } from './json.ts'
import { readAnswer, readThinking } from './read-chunk.ts'

/** A shorter beginning that is the same may be chance. */
const minRepeatedChars = 16

/** Remembers how much of a text came, so that a message that repeats it adds only what is new. */
function createRepeated() {
  let length = 0
  let last = ''
  return {
    add(text: string): string {
      if (text === '') return ''
      length += text.length
      last = text
      return text
    },
    /** `isWhole`: the message holds everything from the start on. */
    beyond(message: string, isWhole: boolean): string {
      const isRepeated = length > 0 && message.slice(length - last.length, length) === last
      if (isRepeated && (isWhole || length >= minRepeatedChars)) return message.slice(length)
      return isWhole && length > 0 ? '' : message
    },
  }
}

export type Piece = { thinking: string; answer: string }

/**
 * Reads what each chunk of one choice adds. It stands in `delta`; or in `message`, which is a piece as well in the native
 * protocol (`isPiece`), and elsewhere everything from the start on, as relays send it behind the last delta.
 */
export function createReadChoice() {
  const thinkingSeen = createRepeated()
  const answerSeen = createRepeated()

  return (choice: Record<string, unknown>, isPiece: boolean, isEnding: boolean): Piece => {
    const { delta, message } = choice
    const piece = isRecord(delta) ? { thinking: readThinking(delta), answer: readAnswer(delta) } : undefined
    const hasPiece = piece && (piece.thinking !== '' || piece.answer !== '')
    if (!hasPiece && isRecord(message)) {
      const whole = { thinking: readThinking(message), answer: readAnswer(message) }
      if (isPiece) return whole
      const isWhole = isEnding || piece !== undefined
      return {
        thinking: thinkingSeen.add(thinkingSeen.beyond(whole.thinking, isWhole)),
        answer: answerSeen.add(answerSeen.beyond(whole.answer, isWhole)),
      }
    }
    if (!piece) return { thinking: '', answer: '' }
    thinkingSeen.add(piece.thinking)
    answerSeen.add(piece.answer)
    return piece
  }
}
