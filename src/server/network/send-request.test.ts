import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endings, startAbruptServer, type Ending } from '../../../e2e/support/abrupt-server.ts'
import { createHttpClient } from './send-request.ts'

const body = Buffer.alloc(400_000, 'x')
let server: Awaited<ReturnType<typeof startAbruptServer>>
beforeAll(async () => {
  server = await startAbruptServer((request) => {
    const [, ending, keepAlive] = /GET \/(\S+)\/(\S+) /.exec(request) ?? []
    return { ending: ending as Ending, keepAlive: keepAlive === 'true', contentType: 'text/plain', body }
  })
})
afterAll(() => server.close())

/** A turn of the event loop, in which more arrives and connections end. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 1))
async function read(response: IncomingMessage, pause: () => Promise<void>) {
  let size = 0
  for await (const piece of response) {
    size += (piece as Buffer).byteLength
    await pause()
  }
  return size
}
const readers: Record<string, (response: IncomingMessage) => Promise<number>> = {
  'at once': (response) => read(response, async () => {}),
  slowly: (response) => read(response, turn),
  later: async (response) => {
    for (let count = 0; count < 20; count += 1) await turn()
    return await read(response, turn)
  },
  'in part': async (response) => {
    for await (const piece of response) return (piece as Buffer).byteLength
    return 0
  },
}

const send = createHttpClient()
// What is thrown outside any try would end the process, and here fails the file.
describe.each(Object.entries(readers))('read %s', (name, reader) => {
  test.each(endings.flatMap((ending) => [true, false].map((keepAlive) => [ending, keepAlive] as const)))(
    'a response that ends by %s, kept alive %s, is whole or an error',
    async (ending, keepAlive) => {
      const isWhole = ['length', 'chunked', 'until-end', 'http-1.0'].includes(ending)
      const result = await send(`http://${server.host}/${ending}/${keepAlive}`)
        .then(reader)
        .catch((error: NodeJS.ErrnoException) => error.code)
      if (name === 'in part') expect([result === 'ECONNRESET' || Number(result) > 0, ending]).toEqual([true, ending])
      else expect(result).toBe(isWhole ? body.byteLength : 'ECONNRESET')
    },
  )
})

test('a request that is stopped, before or behind the head, is an error', async () => {
  const url = `http://${server.host}/length/true`
  await expect(send(url, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
  const aborter = new AbortController()
  const response = await send(url, { signal: aborter.signal })
  aborter.abort()
  await expect(read(response, turn)).rejects.toThrow()
})
