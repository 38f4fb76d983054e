import { describe, expect, test } from 'vitest'
import { createRetries, type FailedTry } from './retries.ts'

const unsent = Object.assign(new Error(), { code: 'ECONNREFUSED', syscall: 'connect' })
const broken = Object.assign(new Error(), { code: 'ECONNRESET' })

/** How often the same is asked for that fails so again and again. */
function countAsked(failed: FailedTry, code: Parameters<ReturnType<typeof createRetries>['next']>[1]) {
  const retries = createRetries(() => 0.5)
  let asked = 1
  while (retries.next(failed, code, undefined) !== undefined) asked += 1
  return asked
}

describe('the same is asked again', () => {
  test.each<[string, FailedTry, number]>([
    ['where nobody listens', { error: unsent, ms: 3 }, 4],
    ['where no address of a name answers', { error: new AggregateError([unsent, unsent]), ms: 20_000 }, 4],
    ['once where the connection broke without a word', { error: broken, ms: 30 }, 2],
    ['not where it broke after a while', { error: broken, ms: 6_000 }, 1],
    ['not where a reply had begun', { status: 200, error: broken, ms: 30 }, 1],
  ])('%s', (_name, failed, times) => expect(countAsked(failed, 'upstream-unreachable')).toBe(times))

  test.each<[string, FailedTry, number]>([
    ['where there was no room, however long that took to say', { status: 429, ms: 9_000 }, 4],
    ['where the service is down', { status: 503, ms: 30 }, 4],
    ['not where it was worked on until a gateway gave up', { status: 504, ms: 60_000 }, 1],
    ['not where the reply began', { status: 200, ms: 30 }, 1],
  ])('%s', (_name, failed, times) => expect(countAsked(failed, 'upstream-unavailable')).toBe(times))

  test('not where that would not help', () => expect(countAsked({ status: 503, ms: 3 }, 'invalid-key')).toBe(1))
})

test('what may be paid for is asked again once, whatever else fails in between', () => {
  const retries = createRetries(() => 0.5)
  expect(retries.next({ error: broken, ms: 3 }, 'upstream-unreachable', undefined)).toBe(500)
  expect(retries.next({ status: 503, ms: 3 }, 'upstream-unavailable', undefined)).toBe(1_000)
  expect(retries.next({ error: broken, ms: 3 }, 'upstream-unreachable', undefined)).toBeUndefined()
})
