import { expect, test } from 'vitest'
import { createRoom } from './room.ts'

test('so many bytes at once, half of them for one holder; whoever waits enters when others leave', async () => {
  const enter = createRoom(100, 5_000)
  const first = await enter('a', 50)
  const entered: string[] = []
  const second = enter('a', 10).then((leave) => (entered.push('a again'), leave))
  const third = await enter('b', 50)
  const fourth = enter('c', 40).then((leave) => (entered.push('c'), leave))
  expect(entered).toEqual([])
  first?.()
  const leaves = [await second, await fourth]
  expect(entered).toEqual(['a again', 'c'])
  for (const leave of [third, ...leaves]) leave?.()
  expect(await enter('d', 50)).toBeDefined()
})

test('whoever waited too long is sent away and takes nothing', async () => {
  const enter = createRoom(10, 20)
  const leave = await enter('a', 5)
  expect(await enter('a', 5)).toBeUndefined()
  leave?.()
  expect(await enter('a', 5)).toBeDefined()
})
