import { maxRunChars, type RunEventBody, type Usage } from '../../shared/run/run.ts'
import { isRecord } from './json.ts'
import { readUsage } from './read-chunk.ts'
import { createReadChoice, type Piece } from './read-choice.ts'
import type { SseFrame } from './read-sse.ts'
import { createSplitThinking, type Expectation } from './split-thinking.ts'
import { cutOff, toEnding } from './to-ending.ts'
import { isErrorChunk, toRunError } from './to-run-error.ts'

export type ToRunEvents = {
  /** The events of one frame, in order. After an `error` nothing more counts. */
  push: (frame: SseFrame) => RunEventBody[]
  /** Text is held back until more of it tells whether it is thinking or answer. */
  isHolding: () => boolean
  /** Decides that without more. */
  decide: () => RunEventBody[]
  /** The model said that it is done: what breaks from here on loses nothing. */
  hasFinish: () => boolean
  /** It said so in the frame behind which nothing more counts. */
  isDone: () => boolean
  /** What was held back, and the usage so far, of a stream that breaks here. */
  breakOff: () => RunEventBody[]
  /** The same at the stream's own end, and the end: a stream without a finish reason was cut off. */
  end: () => RunEventBody[]
  /** The text holds thinking whose opening tag is missing, and so will the next one. */
  isUnopened: () => boolean
}

export type ToRunEventsOptions = {
  expects: Expectation
  /** Thinking was asked for. */
  thinks: boolean
  /** The server is known to send thinking in a field of its own. */
  isSeparate?: boolean
  apiKey?: string | undefined
}

const toIndex = (choice: Record<string, unknown>) => (typeof choice['index'] === 'number' ? choice['index'] : 0)
const isOwn = (choice: unknown): choice is Record<string, unknown> => isRecord(choice) && toIndex(choice) === 0
const noChoices: unknown[] = []

/**
 * Chunks of either protocol to one vocabulary. The compatible one has `choices` at the top and `delta` within; the
 * native one has them under `output` with `message`, repeats its growing usage, and says "null" for no finish reason.
 */
export function createToRunEvents({ expects, thinks, isSeparate, apiKey }: ToRunEventsOptions): ToRunEvents {
  const split = createSplitThinking(expects)
  if (isSeparate) split.separate()
  const readChoice = createReadChoice()
  let usage: Usage | undefined
  let ending: RunEventBody | undefined
  let hasEnded = false
  let isDone = false
  let isDamaged = false
  let hasAnswer = false
  /** Where thinking was not asked for, the answer of some servers comes as thinking. */
  let unasked = ''
  /** Of a server that numbers its only choice otherwise, or its parts as choices. */
  let aside: (Piece & { index: number; read: typeof readChoice; ending?: RunEventBody | undefined }) | undefined

  const usageEvents = (): RunEventBody[] => (usage ? [{ type: 'usage', ...usage }] : [])

  function fail(body: unknown, status?: number): RunEventBody[] {
    hasEnded = true
    return [...split.end(false), ...usageEvents(), { type: 'error', ...toRunError({ body, status, apiKey }) }]
  }

  function toEvents({ thinking, answer }: Piece): RunEventBody[] {
    hasAnswer ||= answer.trim() !== ''
    if (thinking === '') return answer === '' ? [] : split.push(answer)
    if (!thinks && !hasAnswer && unasked.length < maxRunChars) unasked += thinking
    const events: RunEventBody[] = [...split.separate(), { type: 'thinking-delta', text: thinking }]
    return answer === '' ? events : [...events, ...split.push(answer)]
  }

  function keepAside(choice: Record<string, unknown>, isNative: boolean) {
    const index = toIndex(choice)
    aside ??= { index, thinking: '', answer: '', read: createReadChoice() }
    if (aside.index !== index || aside.thinking.length + aside.answer.length > maxRunChars) return
    const end = toEnding(choice['finish_reason'])
    const { thinking, answer } = aside.read(choice, isNative, end !== undefined)
    aside.thinking += thinking
    aside.answer += answer
    aside.ending ??= end
  }

  function readAside(): RunEventBody[] {
    if (!aside || hasAnswer) return []
    ending ??= aside.ending
    return toEvents(aside)
  }

  function readWithoutJson({ event, data, status, isText }: SseFrame): RunEventBody[] {
    const text = data.trim()
    isDone ||= text === '[DONE]'
    if (event === 'error' || isText) return fail(data, status)
    // A relay's own word in between is noise; what began as a piece of the answer is a loss.
    isDamaged ||= text.startsWith('{') && ending === undefined
    return []
  }

  function endHeld(): RunEventBody[] {
    const events = readAside()
    const isComplete = !isDamaged && ending?.type === 'finish' && ending.reason === 'stop'
    events.push(...split.end(isComplete))
    return isComplete && !hasAnswer && unasked !== '' ? [...events, { type: 'answer-delta', text: unasked }] : events
  }

  return {
    push(frame) {
      if (hasEnded || isDone) return []
      const { event, json: chunk, status } = frame
      if (!chunk) return readWithoutJson(frame)
      if (event === 'error' || isErrorChunk(chunk)) return fail(chunk, status)
      const isNative = isRecord(chunk['output'])
      const holder = isRecord(chunk['output']) ? chunk['output'] : chunk
      const choices = Array.isArray(holder['choices']) ? (holder['choices'] as unknown[]) : noChoices
      const choice = choices.find(isOwn)
      const other = choice ? undefined : choices.find(isRecord)
      usage = readUsage(chunk['usage']) ?? readUsage((choice ?? other)?.['usage']) ?? usage
      if (choice?.['error']) return fail(choice)
      if (other) keepAside(other, isNative)
      if (!choice) return []
      const isEnded = ending !== undefined
      ending ??= toEnding(choice['finish_reason'])
      const isEnding = isEnded || ending !== undefined || chunk['object'] === 'chat.completion'
      return toEvents(readChoice(choice, isNative, isEnding))
    },
    isHolding: split.isHolding,
    decide: split.decide,
    hasFinish: () => (ending ?? aside?.ending) !== undefined,
    isDone: () => isDone,
    isUnopened: split.isUnopened,
    breakOff() {
      if (hasEnded) return []
      hasEnded = true
      return [...readAside(), ...split.end(false), ...usageEvents()]
    },
    end() {
      if (hasEnded) return []
      hasEnded = true
      const events = [...endHeld(), ...usageEvents()]
      if (!ending) return [...events, cutOff('The model service ended the stream before the answer was complete.')]
      if (isDamaged && ending.type === 'finish')
        return [...events, cutOff('Parts of the stream were damaged, so that some of the answer may be missing.')]
      return [...events, ending]
    },
  }
}
