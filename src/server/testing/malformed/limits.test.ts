import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { archiveHeader, toArchiveLine, type ArchivedRun } from '../../../shared/archive.ts'
import { json, startTarget } from './start-target.ts'

let target: Awaited<ReturnType<typeof startTarget>>
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target.end())

const long = (length: number) => 'x'.repeat(length)
const toRun = (id: string, rest: Partial<ArchivedRun> = {}): ArchivedRun => ({
  type: 'run',
  id,
  question: 'x',
  media: [],
  model: 'm',
  thinking: { enabled: false },
  createdAt: 0,
  thinkingText: '',
  answerText: 'x',
  timeline: 'a0.1',
  ...rest,
})
const toFile = (runs: ArchivedRun[]) => [archiveHeader, ...runs].map(toArchiveLine).join('')
const chain = Array.from({ length: 201 }, (_, at) => toRun(`r${at}`, at === 0 ? {} : { parent: `r${at - 1}` }))

const cases: [what: string, limit: string, method: string, path: string, body?: unknown][] = [
  ['a search', '200', 'GET', `/api/runs?q=${long(201)}`],
  ['a question', '20000', 'POST', '/api/runs', { question: long(20_001) }],
  ['a key', '200', 'POST', '/api/runs', { question: 'x', key: long(201) }],
  ['a model', '200', 'POST', '/api/runs', { question: 'x', model: long(201) }],
  ['an id', '64', 'POST', '/api/runs', { question: 'x', parent: long(65) }],
  ['a picture’s id', '64', 'POST', '/api/runs', { question: 'x', media: [long(65)] }],
  ['many pictures', '8', 'POST', '/api/runs', { question: 'x', media: Array(9).fill('x') }],
  ['a body', '163840', 'POST', '/api/runs', { question: long(200_000) }],
  ['values in a body', '2000', 'POST', '/api/runs', { question: 'x', media: Array(2_002).fill('') }],
  ['an address', '8192', 'POST', '/api/media', { url: long(8_193) }],
  ['an access code', '200', 'POST', '/api/access', { code: long(201) }],
  ['a title', '200', 'PATCH', '/api/runs/RUN', { title: long(201) }],
  [
    'boxes',
    '100',
    'POST',
    '/api/runs/RUN/shares',
    { covers: Array(101).fill({ media: 'x', x: 0, y: 0, width: 1, height: 1 }) },
  ],
  ['days', '3650', 'POST', '/api/runs/RUN/shares', { expiresInDays: 3_651 }],
  ['a copy’s name', '200', 'POST', '/api/shares/x/copies', { untitled: long(201) }],
  ['an imported question', '40000', 'POST', '/api/runs/import', toFile([toRun('a', { question: long(40_001) })])],
  ['an imported model', '200', 'POST', '/api/runs/import', toFile([toRun('a', { model: long(201) })])],
  ['an imported answer', '4000000', 'POST', '/api/runs/import', toFile([toRun('a', { answerText: long(4_000_001) })])],
  ['imported pictures', '64', 'POST', '/api/runs/import', toFile([toRun('a', { media: Array(65).fill('x') })])],
  ['an imported conversation', '200', 'POST', '/api/runs/import', toFile(chain)],
]
test.each(cases)('%s beyond %s is refused with that number', async (_what, limit, method, path, body) => {
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
  const response = await target.request(method, path.replace('RUN', target.run), json, text)
  expect((await target.expectRefused(response)).detail).toContain(limit)
})

test('a conversation of 200 questions takes no further one', async () => {
  const imported = await target.request('POST', '/api/runs/import', json, toFile(chain.slice(0, 200)))
  const { last } = (await imported.json()) as { last: string }
  const body = JSON.stringify({ question: 'x', parent: last })
  const problem = await target.expectRefused(await target.request('POST', '/api/runs', json, body))
  expect(problem.code).toBe('too-many-turns')
})

test('a follow-up whose pictures come to more than 48 MB is refused, before any of them is read', async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  const picture = await sharp({ create: { width: 800, height: 600, channels: 3, background: '#888', noise } })
    .png()
    .toBuffer()
  const media = toArchiveLine({ type: 'media', id: 'p', mime: 'image/png', data: picture.toString('base64') })
  const file = toArchiveLine(archiveHeader) + media + toArchiveLine(toRun('a', { media: Array<string>(64).fill('p') }))
  const imported = await target.request('POST', '/api/runs/import', {}, file)
  const { last: parent } = (await imported.json()) as { last: string }
  const response = await target.request('POST', '/api/runs', json, JSON.stringify({ question: 'And now?', parent }))
  expect(await target.expectRefused(response)).toMatchObject({
    status: 413,
    code: 'too-large',
    detail: expect.stringContaining('48 MB'),
  })
})
