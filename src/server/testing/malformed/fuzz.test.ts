import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTarget } from './start-target.ts'

/** `npm run fuzz` sets it; in `npm test` a slice of a few seconds is played. */
const minutes = Number(process.env['FUZZ_MINUTES'] ?? 0)
const slice = 300

let target: Awaited<ReturnType<typeof startTarget>>
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target.end())

const junk = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('%00', '%ff', '..', '%2e%2e%2f', '__proto__', 'null', '-1', '9'.repeat(30), '', "'", '🙂', '\ud800'),
)
const toSegment = (text: string) => text.toWellFormed().replace(/[/?#\s]/g, '_')

/** Every route there is, its parameters filled with ids that are there and with anything else. */
function createPath() {
  const patterns = [...new Set(target.app.routes.map(({ path }) => path))].filter((path) => !path.includes('*'))
  const params = fc.array(fc.oneof(fc.constant(target.run), junk.map(toSegment)), { minLength: 3, maxLength: 3 })
  const filled = fc.tuple(fc.constantFrom(...patterns), params).map(([pattern, values]) => {
    let at = 0
    return pattern.replace(/:\w+(\{[^}]*\})?/g, () => values[at++ % 3] ?? '')
  })
  const query = fc.dictionary(fc.constantFrom('q', 'cursor', 'after', 'limit', 'x'), junk, { maxKeys: 3 })
  return fc.tuple(
    fc.oneof(
      { weight: 5, arbitrary: filled },
      junk.map((text) => `/${toSegment(text)}`),
    ),
    query,
  )
}

const names = ['range', 'if-none-match', 'last-event-id', 'accept', 'accept-encoding', 'accept-language', 'cookie']
const more = [
  'origin',
  'sec-fetch-site',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-request-id',
  'authorization',
  'host',
]
const headerValue = fc.oneof(
  fc.string({ maxLength: 60 }).map((text) => text.replace(/[^\x21-\x7e]/g, '')),
  fc.constantFrom('bytes=0-', 'bytes=9-1', '*', 'visitor=; visitor=x', '"', 'x'.repeat(2_000), 'http://evil.example'),
)
const headers = fc.dictionary(fc.constantFrom(...names, ...more), headerValue, { maxKeys: 4 })

const fields = [
  'question',
  'media',
  'model',
  'thinking',
  'parent',
  'siblingOf',
  'key',
  'url',
  'code',
  'scope',
  'include',
]
const known = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 })
const body = fc.oneof(
  fc.tuple(
    fc.constant('application/json'),
    fc.oneof(known, fc.jsonValue()).map((value) => JSON.stringify(value)),
  ),
  fc.tuple(fc.constantFrom('application/json', 'multipart/form-data; boundary=b', 'text/plain', 'x'), junk),
  fc.tuple(
    fc.constant('multipart/form-data; boundary=b'),
    fc.array(fc.tuple(fc.constantFrom('file', 'frames', 'fps', 'x'), junk), { maxLength: 4 }).map((parts) =>
      parts
        .map(([name, text]) => `--b\r\nContent-Disposition: form-data; name="${name}"; filename="a"\r\n\r\n${text}\r\n`)
        .concat('--b--')
        .join(''),
    ),
  ),
)
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

async function play(): Promise<number> {
  let played = 0
  const request = fc.record({ method: fc.constantFrom(...methods), at: createPath(), headers, body })
  const check = async (input: typeof request extends fc.Arbitrary<infer T> ? T : never) => {
    const [path, query] = input.at
    const hasBody = input.method !== 'GET' && input.method !== 'HEAD'
    const response = await target.app.request(
      `http://localhost:3000${path}?${new URLSearchParams(query)}`,
      {
        method: input.method,
        headers: { cookie: target.cookie, ...input.headers, ...(hasBody && { 'content-type': input.body[0] }) },
        ...(hasBody && { body: input.body[1].toWellFormed() }),
      },
      { incoming: { socket: { remoteAddress: '127.0.0.1' } } },
    )
    played += 1
    expect(response.status, `${input.method} ${path}`).toBeLessThan(500)
    if (response.status >= 400 && input.method !== 'HEAD' && !path.startsWith('/metrics')) {
      expect(response.headers.get('content-type')).toContain('application/problem+json')
    }
    if (response.headers.get('content-type')?.includes('event-stream')) await response.body?.cancel()
    expect(target.failures).toEqual([])
  }
  const limits = minutes > 0 ? { numRuns: 1e9, interruptAfterTimeLimit: minutes * 60_000 } : { numRuns: slice }
  await fc.assert(fc.asyncProperty(request, check), limits)
  return played
}

test(
  'whatever is asked of whichever route, nothing is the server’s failure',
  async () => {
    const played = await play()
    if (minutes > 0) console.log(`${played} requests, seed by fast-check, no failure`)
    expect(played).toBeGreaterThanOrEqual(slice)
    expect((await target.request('GET', '/healthz')).status).toBe(200)
  },
  minutes * 60_000 + 60_000,
)
