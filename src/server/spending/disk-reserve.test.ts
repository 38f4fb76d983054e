import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import type { RunEventBody } from '../../shared/run/run.ts'
import { createDiskReserve } from './disk-reserve.ts'

const opened: { close: () => void }[] = []
afterEach(() => {
  for (const { close } of opened.splice(0)) close()
  vi.useRealTimers()
})
function open(disk: { total: number; free: number }, options: { reserveBytes?: number; spare?: number } = {}) {
  const reserve = createDiskReserve({
    readSpace: async () => disk,
    readSpare: async () => options.spare ?? 0,
    reserveBytes: options.reserveBytes,
  })
  opened.push(reserve)
  return reserve
}
const isAdmitted = (work: Promise<void>) =>
  work.then(
    () => true,
    () => false,
  )

test('whatever is written at once, in whatever pieces, what is let in leaves the reserve free', async () => {
  const piece = fc.record({ bytes: fc.nat(300), isText: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 0, max: 2_000 }), async (pieces, free) => {
      const reserve = open({ total: 10_000, free }, { reserveBytes: 500 })
      const admitted = await Promise.all(pieces.map(({ bytes, isText }) => isAdmitted(reserve.admit(bytes, isText))))
      const written = pieces.reduce(
        (sum, { bytes, isText }, at) => sum + (admitted[at] ? bytes * (isText ? 2 : 1) : 0),
        0,
      )
      expect(written === 0 || free - written >= 500).toBe(true)
    }),
    { numRuns: 100 },
  )
})

test('without a setting it is a tenth of a small disk, and of a large one no more than half a gigabyte', async () => {
  expect(await isAdmitted(open({ total: 100e6, free: 11e6 }).admit(0, true))).toBe(true)
  expect(await isAdmitted(open({ total: 100e6, free: 9e6 }).admit(0, true))).toBe(false)
  expect(await isAdmitted(open({ total: 1e12, free: 0.6e9 }).admit(0, true))).toBe(true)
  expect(await isAdmitted(open({ total: 1e12, free: 0.5e9 }).admit(0, true))).toBe(false)
})

test('room inside the database is room for texts, for files it is none', async () => {
  const disk = { total: 1_000, free: 80 }
  const options = { reserveBytes: 100, spare: 200 }
  expect(await isAdmitted(open(disk, options).admit(10, true))).toBe(true)
  expect(await isAdmitted(open(disk, options).admit(10, false))).toBe(false)
  expect(await isAdmitted(open({ ...disk, free: 40 }, options).admit(0, true))).toBe(false)
})

test('a disk of which nothing can be learnt stops nobody', async () => {
  const reserve = createDiskReserve({ readSpace: () => Promise.reject(new Error('ENOENT')), reserveBytes: 100 })
  opened.push(reserve)
  expect(await isAdmitted(reserve.admit(1e9, false))).toBe(true)
})

test('what a model says waits while the disk is nearly full, its end does not, and a stop ends the wait', async () => {
  const disk = { total: 1_000, free: 10 }
  const reserve = open(disk, { reserveBytes: 100 })
  await reserve.admit(0, true).catch(() => {})
  const seen: RunEventBody[] = []
  const aborter = new AbortController()
  const text: RunEventBody = { type: 'answer-delta', text: 'x' }
  const running = reserve.hold(async (_signal, emit) => {
    await emit({ type: 'finish', reason: 'stop' })
    await emit(text)
  })(aborter.signal, (event) => void seen.push(event))
  await new Promise((resolve) => setImmediate(resolve))
  expect(seen.map(({ type }) => type)).toEqual(['finish'])
  aborter.abort()
  await running
  expect(seen.map(({ type }) => type)).toEqual(['finish', 'answer-delta'])
})
