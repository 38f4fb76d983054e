import { expect, test } from 'vitest'
import { inThread } from '../text-workers/in-thread.ts'
import { TextWorkLimit, type TextWork } from '../text-workers/text-work.ts'
import { checkLines } from './check-lines.ts'

async function* toChunks(text: string, size: number) {
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

async function check(lines: (string | object)[], { size = 7, work = inThread } = {}) {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  const results: unknown[] = []
  for await (const line of checkLines(toChunks(text, size), work)) results.push(JSON.parse(line))
  return results
}

test('each line gets its result, in the order of the lines, however the bytes come', async () => {
  const lines = [
    { id: 'a', question: '解方程 $2x=10$', answer: '$\\boxed{x=5}$' },
    { id: 2, a: '½', b: '0.5' },
    { id: 'c', question: null, answer: '$2+2=5$' },
    { id: 'd', question: 'See the picture', reading: 'Solve $x+1=3$', answer: '\\boxed{3}' },
  ]
  const results = [
    { id: 'a', final: 'verified', how: 'substituted', steps: [] },
    { id: 2, same: 'yes' },
    { id: 'c', final: 'unknown', why: 'no-problem', steps: [{ holds: false, text: '2+2=5', left: '4', right: '5' }] },
    { id: 'd', final: 'refuted', how: 'substituted', steps: [] },
  ]
  for (const size of [1, 7, 100_000]) expect(await check(lines, { size })).toEqual(results)
})

test('a line that cannot be read is said with its number and id, and the next ones are checked', async () => {
  const results = await check([
    '{"id": 1',
    { id: 'x', answer: 3 },
    '',
    '[]',
    '"',
    { answer: 'x' },
    { id: 'y', a: '1', b: '1' },
  ])
  expect(results).toMatchObject([
    { line: 1 },
    { id: 'x', line: 2 },
    { line: 4 },
    { line: 5 },
    { line: 6 },
    { id: 'y', same: 'yes' },
  ])
  for (const result of results.slice(0, 5)) expect(result).toHaveProperty('error', expect.any(String))
})

test('a line of more than a million characters is not held', async () => {
  const long = { id: 'long', answer: 'a'.repeat(1_000_100) }
  const results = await check([long, { id: 'next', a: '2', b: '3' }], { size: 65_536 })
  expect(results).toEqual([
    { line: 1, error: expect.any(String) },
    { id: 'next', same: 'no' },
  ])
})

test('what takes too long is left open', async () => {
  const work: TextWork = { run: () => Promise.reject(new TextWorkLimit('time')) }
  expect(
    await check(
      [
        { id: 1, answer: 'x' },
        { id: 2, a: '1', b: '1' },
      ],
      { work },
    ),
  ).toEqual([
    { id: 1, final: 'unknown', why: 'too-much-work', steps: [] },
    { id: 2, same: 'unknown' },
  ])
})

test('of a source without an end, only a few lines are read ahead of what is taken', async () => {
  let read = 0
  async function* endless() {
    for (;;) {
      read += 1
      yield new TextEncoder().encode(`{"id": ${read}, "a": "1", "b": "1"}\n`)
    }
  }
  const lines = checkLines(endless(), inThread)
  for (let at = 1; at <= 50; at += 1)
    expect(JSON.parse(String((await lines.next()).value))).toEqual({ id: at, same: 'yes' })
  expect(read).toBeLessThan(100)
  await lines.return(undefined)
})
