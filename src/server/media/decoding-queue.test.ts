import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDecodingQueue } from './decoding-queue.ts'

const megabyte = 1_000_000
const small = { pixels: 2_000_000, bytes: 20 * megabyte }
const large = { pixels: 100_000_000, bytes: 60 * megabyte }

/** Works that end when told, in the order in which they began. */
function createWorks(bytes = 200 * megabyte) {
  let time = 0
  const inTurn = createDecodingQueue({ places: 2, bytes, now: () => time })
  const begun: { name: string; end: () => void }[] = []
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    names: () => begun.map(({ name }) => name),
    pass: (ms: number) => (time += ms),
    async add(name: string, sender: { visitor: string; address: string }, effort = small) {
      void inTurn(sender, effort, () => new Promise<void>((end) => begun.push({ name, end })))
      await settle()
    },
    async endAll() {
      for (let at = 0; at < begun.length; at += 1) {
        begun[at]?.end()
        await settle()
      }
    },
    async end(name: string) {
      begun.find((each) => each.name === name)?.end()
      await settle()
    },
  }
}

test('sixteen of the largest leave a place to others, who go before those that still wait', async () => {
  const works = createWorks()
  const attacker = { visitor: 'a', address: '1' }
  for (let at = 0; at < 16; at += 1) await works.add(`large ${at}`, { ...attacker, visitor: `a${at}` }, large)
  expect(works.names()).toEqual(['large 0'])
  await works.add('photo', { visitor: 'b', address: '2' })
  expect(works.names()).toEqual(['large 0', 'photo'])
  await works.end('photo')
  expect(works.names()).toEqual(['large 0', 'photo'])
  await works.end('large 0')
  await works.add('another photo', { visitor: 'c', address: '3' })
  expect(works.names()).toEqual(['large 0', 'photo', 'large 1', 'another photo'])
})

test('of one address each visitor has their turn, and of one visitor the smallest picture', async () => {
  const works = createWorks()
  const from = (visitor: string) => ({ visitor, address: '1' })
  for (const name of ['first', 'second', 'third', 'fourth']) await works.add(name, from('busy'))
  await works.add('larger', from('other'), { ...small, pixels: 3_000_000 })
  await works.add('smaller', from('other'), { ...small, pixels: 1_000_000 })
  await works.end('first')
  expect(works.names().at(-1)).toBe('smaller')
  await works.end('second')
  expect(works.names().at(-1)).toBe('larger')
  await works.endAll()
  expect(works.names()).toHaveLength(6)
})

test('what somebody sent long ago counts no more', async () => {
  const works = createWorks()
  await works.add('much', { visitor: 'a', address: '1' }, large)
  await works.end('much')
  works.pass(30 * 60_000)
  await works.add('x', { visitor: 'x', address: '9' })
  await works.add('y', { visitor: 'y', address: '9' })
  await works.add('little', { visitor: 'b', address: '2' })
  await works.add('after long', { visitor: 'a', address: '1' }, { ...small, pixels: 1_000 })
  await works.end('x')
  expect(works.names().at(-1)).toBe('after long')
})

test('everybody’s turn comes, memory and places are never passed, and only one large one is done at a time', async () => {
  const job = fc.record({
    sender: fc.record({ visitor: fc.constantFrom('a', 'b', 'c'), address: fc.constantFrom('1', '2') }),
    effort: fc.record({ pixels: fc.integer({ min: 1, max: 120_000_000 }), bytes: fc.nat(100) }),
    ms: fc.nat(5),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(job, { maxLength: 40 }), async (jobs) => {
      const inTurn = createDecodingQueue({ places: 2, bytes: 100 })
      const running = new Set<(typeof jobs)[number]>()
      let done = 0
      await Promise.all(
        jobs.map((each) =>
          inTurn(each.sender, each.effort, async () => {
            running.add(each)
            const all = [...running]
            expect(all.length).toBeLessThanOrEqual(2)
            expect(all.reduce((sum, { effort }) => sum + effort.bytes, 0)).toBeLessThanOrEqual(100)
            expect(all.filter(({ effort }) => effort.pixels > 25_000_000).length).toBeLessThanOrEqual(1)
            for (let turn = 0; turn < each.ms; turn += 1) await new Promise((resolve) => setImmediate(resolve))
            running.delete(each)
            done += 1
            if (each.ms === 3) throw new Error('damaged')
          }).catch(() => {}),
        ),
      )
      expect(done).toBe(jobs.length)
    }),
    { numRuns: 60 },
  )
})
