import type { FinishReason, RunEventBody, Usage } from '../../shared/run.ts'
import { isRecord, toText } from './json.ts'
import { createSplitThinking } from './split-thinking.ts'
import { isErrorChunk, toRunError } from './to-run-error.ts'
import type { SseFrame } from './read-sse.ts'

export type ToRunEvents = {
  /** The events of one frame, in order. After an `error` nothing more counts. */
  push: (frame: SseFrame) => RunEventBody[]
  /** The model said that it is done: what breaks from here on loses nothing. */
  hasFinish: () => boolean
  /** It said so in the frame behind which nothing more counts. */
  isDone: () => boolean
  /** What was held back, the usage, and the end: a stream without a finish reason was cut off. */
  end: () => RunEventBody[]
}

/** `text` of a content that is a string or an array of typed parts. */
function readContent(content: unknown, type: 'text' | 'thinking'): string {
  if (typeof content === 'string') return type === 'text' ? content : ''
  if (!Array.isArray(content)) return ''
  return content
    .filter(isRecord)
    .map((part) => {
      const isThinking = part['type'] === 'thinking'
      if (isThinking !== (type === 'thinking')) return ''
      const inner = part['thinking'] ?? part['text']
      return Array.isArray(inner)
        ? inner.map((item) => toText(isRecord(item) ? item['text'] : '')).join('')
        : toText(inner)
    })
    .join('')
}

/** The first field that says something: relays send the same text under two names. */
function readThinking(delta: Record<string, unknown>): string {
  for (const name of ['reasoning_content', 'reasoning', 'reasoning_text']) {
    const text = delta[name]
    if (typeof text === 'string' && text !== '') return text
  }
  const details = delta['reasoning_details']
  const detail = Array.isArray(details)
    ? details
        .filter(isRecord)
        .map((item) => toText(item['text']) || toText(item['summary']))
        .join('')
    : ''
  return detail || readContent(delta['content'], 'thinking')
}

const count = (value: unknown) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined

function readUsage(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined
  const input = count(value['prompt_tokens']) ?? count(value['input_tokens'])
  const output = count(value['completion_tokens']) ?? count(value['output_tokens'])
  if (input === undefined || output === undefined) return undefined
  const details = (...names: string[]) => names.map((name) => value[name]).find(isRecord) ?? {}
  const out = details('completion_tokens_details', 'output_tokens_details')
  const into = details('prompt_tokens_details', 'input_tokens_details')
  const cache = isRecord(value['prompt_tokens_details']) ? value['prompt_tokens_details'] : into
  const thinking = count(out['reasoning_tokens'])
  const image = count(into['image_tokens']) ?? count(value['image_tokens'])
  const video = count(into['video_tokens']) ?? count(value['video_tokens'])
  const cached = count(cache['cached_tokens'])
  return {
    inputTokens: input,
    outputTokens: output,
    ...(thinking !== undefined && { thinkingTokens: thinking }),
    ...(image !== undefined && { imageTokens: image }),
    ...(video !== undefined && { videoTokens: video }),
    ...(cached !== undefined && { cachedTokens: cached }),
  }
}

/**
 * Chunks of either protocol to one vocabulary. The compatible one has `choices` at the top and `delta` within; the
 * native one has them under `output` with `message`, repeats its growing usage, and says "null" for no finish reason.
 * `thinks`: the model is expected to think, so that text before a lone closing tag may be thinking.
 */
export function createToRunEvents(options: { thinks: boolean; apiKey?: string }): ToRunEvents {
  const split = createSplitThinking(options.thinks)
  let usage: Usage | undefined
  let reason: FinishReason | undefined
  let hasFailed = false
  let isDone = false
  /** Thinking came in a field of its own: what else comes is answer, whatever tags are in it. */
  let isSeparate = false

  function fail(body: unknown, status?: number): RunEventBody[] {
    hasFailed = true
    return [
      ...split.flush(),
      ...usageEvents(),
      { type: 'error', ...toRunError({ body, status, apiKey: options.apiKey }) },
    ]
  }
  const usageEvents = (): RunEventBody[] => (usage ? [{ type: 'usage', ...usage }] : [])

  return {
    push({ event, data, status }) {
      const text = data.trim()
      isDone ||= text === '[DONE]'
      if (hasFailed || isDone || text === '') return []
      let chunk: unknown
      try {
        chunk = JSON.parse(data)
      } catch {
        // A relay's own line in between is noise; what it loses shows as a missing finish reason.
        return event === 'error' ? fail(data, status) : []
      }
      if (!isRecord(chunk)) return []
      if (event === 'error' || isErrorChunk(chunk)) return fail(chunk, status)
      const holder = isRecord(chunk['output']) ? chunk['output'] : chunk
      const choices = holder['choices']
      const choice = Array.isArray(choices) ? choices.find(isRecord) : undefined
      usage = readUsage(chunk['usage']) ?? readUsage(choice?.['usage']) ?? usage
      if (!choice) return []
      const { delta: partial, message } = choice
      const delta = isRecord(partial) ? partial : isRecord(message) ? message : {}
      const finish = choice['finish_reason']
      if (typeof finish === 'string' && finish !== 'null' && finish !== '')
        reason = finish === 'length' ? 'length' : 'stop'
      if (finish === 'error') return fail({ error: { message: 'The model ended with an error.' } })
      if (finish === 'content_filter') {
        return fail({
          error: { code: 'data_inspection_failed', message: 'Output data may contain inappropriate content.' },
        })
      }
      const events: RunEventBody[] = []
      const thinking = readThinking(delta)
      if (thinking !== '') {
        if (!isSeparate) events.push(...split.flush())
        isSeparate = true
        events.push({ type: 'thinking-delta', text: thinking })
      }
      const answer = readContent(delta['content'], 'text')
      if (answer === '') return events
      if (isSeparate) events.push({ type: 'answer-delta', text: answer })
      else events.push(...split.push(answer))
      return events
    },
    hasFinish: () => reason !== undefined,
    isDone: () => isDone,
    end() {
      if (hasFailed) return []
      const rest = [...split.flush(), ...usageEvents()]
      if (reason) return [...rest, { type: 'finish', reason }]
      return [
        ...rest,
        {
          type: 'error',
          code: 'cut-off',
          message: 'The model service ended the stream before the answer was complete.',
          retryable: true,
        },
      ]
    },
  }
}
