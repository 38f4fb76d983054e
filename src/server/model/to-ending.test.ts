import { expect, test } from 'vitest'
import { toEnding } from './to-ending.ts'

const words: Record<string, string[]> = {
  stop: ['stop', 'STOP', 'end_turn', 'eos', 'eos_token', 'stop_sequence', 'tool_calls', 'function_call', 'COMPLETE'],
  length: [
    'length',
    'max_tokens',
    'MAX_TOKENS',
    'max_output_tokens',
    'max_completion_tokens',
    'model_length',
    'token limit',
  ],
  'moderation-output': [
    'content_filter',
    'contentFilter',
    'SAFETY',
    'sensitive',
    'PROHIBITED_CONTENT',
    'RECITATION',
    'refusal',
  ],
  'cut-off': ['network_error', 'abort', 'aborted', 'insufficient_system_resource', 'error', 'CANCELLED', 'timeout'],
}

/** The same words as other servers write them. */
const spellings = (word: string) => {
  const parts = word.split(/[_ ]/)
  const camel = parts.map((part, index) => (index === 0 ? part : `${part[0]?.toUpperCase()}${part.slice(1)}`)).join('')
  return new Set([word, word.toLowerCase(), word.toUpperCase(), parts.join('_'), parts.join('-'), camel])
}

test.each(Object.entries(words).flatMap(([end, all]) => all.map((word) => [word, end])))('%s is %s', (word, end) => {
  for (const spelling of spellings(word)) {
    const ending = toEnding(spelling)
    expect(ending?.type === 'finish' ? ending.reason : ending?.type === 'error' ? ending.code : ending, spelling).toBe(
      end,
    )
  }
})

test.each([null, undefined, '', 'null', 'none', 'FINISH_REASON_UNSPECIFIED', 3])('%s is no end', (word) => {
  expect(toEnding(word)).toBeUndefined()
})
