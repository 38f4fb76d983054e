import type { Usage } from '../../shared/run/run.ts'
import { isRecord, toText } from './json.ts'

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

/** What the model says to the person: its answer, or why it gives none. */
export const readAnswer = (delta: Record<string, unknown>): string =>
  readContent(delta['content'], 'text') + (typeof delta['refusal'] === 'string' ? delta['refusal'] : '')

/** The first field that says something: relays send the same text under two names. */
export function readThinking(delta: Record<string, unknown>): string {
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

export function readUsage(value: unknown): Usage | undefined {
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
