import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTextRoom } from './text-room.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})
const mb = 1024 * 1024

test('together texts take no more than there is, and one owner’s no more than half; small ones pass by', async () => {
  const room = createTextRoom(80 * mb)
  const leaveFirst = await room('a', 10 * mb)
  let hasSecond = false
  const second = room('a', 10 * mb).then((leave) => {
    hasSecond = true
    return leave
  })
  await room('a', 1_000)
  const leaveOther = await room('b', 10 * mb)
  await vi.advanceTimersByTimeAsync(100)
  expect(hasSecond).toBe(false)
  leaveOther()
  await vi.advanceTimersByTimeAsync(100)
  expect(hasSecond).toBe(false)
  leaveFirst()
  // Whoever leaves twice takes nobody's room.
  leaveFirst()
  const leaveSecond = await second
  await room('c', 10 * mb)
  await expect(Promise.all([room('d', 10 * mb), vi.advanceTimersByTimeAsync(30_000)])).rejects.toMatchObject({
    status: 503,
    code: 'busy',
    retryAfterS: 5,
  })
  leaveSecond()
  await room('d', 10 * mb)
})

test('a text that is larger than all there is goes alone', async () => {
  const room = createTextRoom(8 * mb)
  const leave = await room('a', 100 * mb)
  leave()
  await room('a', 100 * mb)
})
