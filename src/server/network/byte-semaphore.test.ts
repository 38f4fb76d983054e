import { expect, test } from 'vitest'
import { createByteSemaphore } from './byte-semaphore.ts'

test('as much as fits at once; the small do not wait for the large, and the largest comes in alone', async () => {
  const acquire = createByteSemaphore(10)
  const order: string[] = []
  const ask = async (name: string, bytes: number, signal?: AbortSignal) => {
    const leave = await acquire(bytes, signal)
    order.push(name)
    return leave
  }
  const first = await ask('first', 6)
  const large = ask('large', 25)
  const middle = ask('middle', 5)
  const aborter = new AbortController()
  const gone = ask('gone', 5, aborter.signal)
  const small = await ask('small', 4)
  expect(order).toEqual(['first', 'small'])
  aborter.abort()
  await expect(gone).rejects.toThrow('ended')
  small()
  small()
  expect(order).toEqual(['first', 'small'])
  first()
  const leave = await large
  expect(order).toEqual(['first', 'small', 'large'])
  leave()
  await middle
  expect(order.at(-1)).toBe('middle')
})
