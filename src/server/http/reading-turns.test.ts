import { expect, test } from 'vitest'
import { createFairTurns } from './reading-turns.ts'

test('so many at once, half of them of one; whoever has been let in least lately comes next', async () => {
  const enter = createFairTurns(4)
  const order: string[] = []
  const ask = async (holder: string, name: string) => {
    const leave = await enter(holder)
    order.push(name)
    return leave
  }
  const names = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'd1', 'b2']
  const asked = names.map((name) => ask(name[0] ?? '', name))
  await Promise.all([asked[0], asked[1], asked[4], asked[5]])
  expect(order).toEqual(['a1', 'a2', 'b1', 'c1'])
  for (const name of ['a1', 'b1', 'a2', 'c1']) (await asked[names.indexOf(name)])?.()
  await Promise.all(asked)
  expect(order.slice(4)).toEqual(['a3', 'd1', 'b2', 'a4'])
})

test('of those who wait there are so many in all, and of one, and no more', async () => {
  const enter = createFairTurns(1, { inAll: 3, ofOne: 2 })
  const leave = await enter('a')
  const waiting = [enter('a'), enter('a')]
  expect(await enter('a')).toBeUndefined()
  waiting.push(enter('b'))
  expect(await enter('c')).toBeUndefined()
  leave?.()
  for (const asked of [waiting[0], waiting[2], waiting[1]]) (await asked)?.()
  expect(await enter('c')).toBeTypeOf('function')
})
