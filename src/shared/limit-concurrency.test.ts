import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { limitConcurrency } from './limit-concurrency.ts'

test('never more at once than there are places, in order, and a failure gives its place back', async () => {
  const inTurn = limitConcurrency(2)
  let running = 0
  let most = 0
  const order: number[] = []
  const work = (index: number) => async () => {
    running += 1
    most = Math.max(most, running)
    order.push(index)
    await wait(1)
    running -= 1
    // Comes just as a place is handed on, when a careless count would let it in.
    if (index === 0) void inTurn(work(99))
    if (index === 3) throw new Error('broken')
  }
  const results = await Promise.allSettled(Array.from({ length: 9 }, (_, index) => inTurn(work(index))))
  await inTurn(async () => {})
  expect(most).toBe(2)
  expect(order.slice(0, 9)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  expect(results.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1)
})
