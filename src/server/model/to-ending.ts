import type { RunEventBody } from '../../shared/run/run.ts'
import { toRunError } from './to-run-error.ts'

/** How an answer ended, by the words of all families: without case, blanks and underscores. */
const families: [pattern: RegExp, kind: 'length' | 'moderation' | 'cut-off'][] = [
  [/length|max\w*token|tokenlimit|contextwindow|truncat/, 'length'],
  [
    /safety|sensitive|filter|prohibited|blocklist|blocked|recitation|spii|moderation|inspection|refusal|guardrail|policy/,
    'moderation',
  ],
  [/error|abort|cancel|insufficient|timeout|timedout|network|interrupt|fail|unavailable|overload/, 'cut-off'],
]

export function cutOff(message: string): RunEventBody {
  return { type: 'error', code: 'cut-off', message, retryable: true }
}

/** The end that a finish reason stands for; undefined where it says that there is none yet. */
export function toEnding(finish: unknown): RunEventBody | undefined {
  if (typeof finish !== 'string') return undefined
  const word = finish.toLowerCase().replace(/[^a-z]/g, '')
  if (word === '' || word === 'null' || word === 'none' || word.endsWith('unspecified')) return undefined
  const kind = families.find(([pattern]) => pattern.test(word))?.[1]
  switch (kind) {
    case undefined:
      return { type: 'finish', reason: 'stop' }
    case 'length':
      return { type: 'finish', reason: 'length' }
    case 'cut-off':
      return cutOff(`The model service ended the answer before it was complete (${finish.slice(0, 40)}).`)
    case 'moderation': {
      const message = 'Output data may contain inappropriate content.'
      return { type: 'error', ...toRunError({ body: { error: { code: 'data_inspection_failed', message } } }) }
    }
  }
}
