import type { Run } from './run.ts'

/** A run of which nothing has come yet, for tests. */
export const blank: Run = {
  id: 'r',
  question: 'What is x?',
  media: [],
  model: 'm',
  thinking: { enabled: true },
  status: 'waiting',
  thinkingText: '',
  answerText: '',
  createdAt: 0,
  lastSeq: 0,
}
