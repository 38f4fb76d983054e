import { afterAll, beforeAll, describe, test, expect } from 'vitest'
import { json, startTarget, type Body } from './start-target.ts'

let target: Awaited<ReturnType<typeof startTarget>>
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target.end())

const latin = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

describe('a body that is no question', () => {
  const nest = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth)
  const texts = String.raw`
{|}|[|"|nul|null|true|1|1e999|""|[]|{}|[{}]|{"question":}|{"question":"x",}|{'question':'x'}|{question:"x"}|NaN|
{"question":"x"}{"question":"y"}|{"question":"x"|question=x|<xml/>|--- question: x|undefined|{"question":NaN}|
{"question":0x10}|{"question":"\x41"}|{"question":"\ud8"}|{"question":"\u{41}"}|//{}|{"question":"x"}//|[1,]|"x|+1|.5`
  const bodies = [
    '',
    ' ',
    '\u0000',
    '{"question":"\u0001"',
    ...texts.split(/\|?\n|\|/).filter((text) => text !== ''),
  ].map((text): [string, Body] => [JSON.stringify(text), text])
  bodies.push(
    ['a deep array', nest('[', ']', 100_000)],
    ['a deep object', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
    ['an unclosed nest', '['.repeat(100_000)],
    ['a deep field beside', `{"question":"x","more":${nest('[', ']', 100)}}`],
    ['many quotes', `{"question":"${'\\"'.repeat(100_000)}`],
    ['bytes that are no UTF-8', latin('{"question":"\xff\xfe"}')],
    ['an overlong NUL', latin('{"question":"\xc0\x80"}')],
    ['a surrogate in UTF-8', latin('{"question":"\xed\xa0\x80"}')],
    ['a cut character', latin('{"question":"\xe4\xbd"}')],
    ['UTF-16', new Uint8Array(Buffer.from('{"question":"x"}', 'utf16le'))],
    ['gzip', new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])],
    ['a megabyte', `{"question":"${'x'.repeat(1024 * 1024)}"}`],
    ['a megabyte of blanks', `${' '.repeat(1024 * 1024)}{"question":"x"}`],
  )
  test.each(bodies)('%s', async (_name, body) => {
    await target.expectRefused(await target.request('POST', '/api/runs', json, body))
  })
})

describe('a field that is wrong', () => {
  const strange = [null, true, 0, -1, 1.5, 1e300, [], {}, [null], [[]], { toString: 1 }, 'x'.repeat(300)] as unknown[]
  const fields = ['media', 'model', 'thinking', 'parent', 'siblingOf', 'key']
  const cases = fields.flatMap((field) => strange.map((value): [string, unknown] => [field, value]))
  const isFine = ([field, value]: [string, unknown]) => field === 'media' && JSON.stringify(value) === '[]'
  test.each(cases.filter((item) => !isFine(item)))('%s: %j', async (field, value) => {
    await target.expectRefused(
      await target.request('POST', '/api/runs', json, JSON.stringify({ question: 'x', [field]: value })),
    )
  })
  test.each([null, 1, [], {}, true, ['x'], { question: 'x' }].map((value) => [value]))(
    'question: %j',
    async (value) => {
      await target.expectRefused(await target.request('POST', '/api/runs', json, JSON.stringify({ question: value })))
    },
  )
  test.each([{ enabled: 'yes' }, { enabled: true, budget: -1 }, { enabled: true, budget: 0.5 }, { budget: 5 }])(
    'thinking: %j',
    async (thinking) => {
      await target.expectRefused(
        await target.request('POST', '/api/runs', json, JSON.stringify({ question: 'x', thinking })),
      )
    },
  )
})

describe('a content type that is not JSON', () => {
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'json', '*/*', ';', 'text/json'])(
    '%s',
    async (type) => {
      const problem = await target.expectRefused(
        await target.request('POST', '/api/runs', { 'content-type': type }, '{"question":"x"}'),
      )
      expect(problem.status).toBe(415)
    },
  )
})
