import { afterAll, beforeAll, describe, test } from 'vitest'
import { startTarget } from './start-target.ts'

let target: Awaited<ReturnType<typeof startTarget>>
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target.end())

describe('an id, a number or a range that is none', () => {
  const ids = [' ', 'a'.repeat(5_000), '%0d%0aX: y', "1' or '1'='1", '[object Object]'].concat(
    String.raw`%00 %2e%2e %2F ..%2f..%2fetc%2fpasswd %FF %E4%BD % %zz %C0%80 '-- " * -1 0 null undefined \ 🙂 ; :id
    %F0%9F%92%A9 __proto__ constructor ${'${7*7}'} {{7*7}} %252e%252e %20 %u0041 ( | < ${'`'}`.split(/\s+/),
  )
  test.each(ids)('%j', async (id) => {
    for (const path of [`/api/runs/${id}`, `/api/runs/${id}/events`, `/api/media/${id}`]) {
      await target.expectRefused(await target.request('GET', path))
    }
    await target.expectRefused(await target.request('POST', `/api/runs/${id}/stop`))
    await target.expectRefused(await target.request('DELETE', `/api/runs/${id}/`))
  })
  test.each(['x', '-1', '1.5', '1e3', '0x1', '9'.repeat(40), 'NaN', '%00', ' 1', '1 ', '+1', '١'])(
    'after %j',
    async (after) => {
      await target.expectRefused(
        await target.request('GET', `/api/runs/${target.run}/events?after=${encodeURIComponent(after)}`),
      )
      if (/^[\x21-\x7e]+$/.test(after)) {
        await target.expectRefused(
          await target.request('GET', `/api/runs/${target.run}/events`, { 'last-event-id': after }),
        )
      }
    },
  )
  test.each(['x', '1', '1.', '.x', '1.a.b', '1.%00', `1.${'a'.repeat(99)}`, '-1.a', '1.a b', "1.'", '9'.repeat(30)])(
    'cursor %j',
    async (cursor) => {
      await target.expectRefused(await target.request('GET', `/api/runs?cursor=${encodeURIComponent(cursor)}`))
    },
  )
})

describe('a method that is not for the address', () => {
  test.each([
    ['PUT', '/api/runs'],
    ['PATCH', '/api/runs'],
    ['DELETE', '/api/runs'],
    ['PUT', '/api/config'],
    ['POST', '/api/config'],
    ['DELETE', '/api/media'],
    ['PROPFIND', '/api/runs'],
    ['BREW', '/'],
    ['POST', '/'],
    ['OPTIONS', '/api/runs'],
    ['DELETE', '/r/x'],
  ])('%s %s', async (method, path) => {
    await target.expectRefused(await target.request(method, path))
  })
})
