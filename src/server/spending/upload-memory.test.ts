import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { limits } from '../../shared/config.ts'
import { createUploadMemory, type Lease } from './upload-memory.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(() => vi.useRealTimers())

/** Uploads of a whole, each with what became of it. */
function open(memory: ReturnType<typeof createUploadMemory>, holder: string) {
  const upload = { isEvicted: false, outcome: 'receiving', lease: undefined as unknown as Lease, take, hold }
  upload.lease = memory.open(holder, () => {
    upload.isEvicted = true
    upload.lease.release()
  })
  async function take(bytes: number) {
    upload.outcome = 'waiting'
    upload.outcome = (await upload.lease.take(bytes)) ? 'taken' : 'refused'
  }
  /** Takes what there surely is. */
  function hold(bytes: number) {
    void take(bytes)
    return upload
  }
  return upload
}
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

const total = 256 * 1024 * 1024
const upload = limits.maxUploadBytes

test('room is taken as bytes come: fourteen who promise much and send little hold nothing', async () => {
  const memory = createUploadMemory({ bytes: total })
  for (let at = 0; at < 14; at += 1) open(memory, `10.0.0.${at}`).hold(10)
  const other = open(memory, 'other').hold(upload)
  await settle()
  expect(other.outcome).toBe('taken')
  expect(memory.used()).toBe(140 + upload)
})

test('one address has half at most; whoever waits goes on when others leave', async () => {
  const memory = createUploadMemory({ bytes: total })
  const many = Array.from({ length: 7 }, () => open(memory, 'a').hold(upload))
  const other = open(memory, 'b').hold(upload)
  await settle()
  expect(many.map(({ outcome }) => outcome)).toEqual([...Array<string>(6).fill('taken'), 'waiting'])
  expect(other.outcome).toBe('taken')
  many[0]?.lease.release()
  await settle()
  expect(many[6]?.outcome).toBe('taken')
})

test('who keeps others waiting and does not send is sent away, who sends all and is being worked on is not', async () => {
  const memory = createUploadMemory({ bytes: total, patienceMs: 5_000 })
  const working = open(memory, 'a').hold(upload)
  working.lease.complete()
  const slow = Array.from({ length: 5 }, () => open(memory, 'a').hold(upload))
  vi.advanceTimersByTime(1_000)
  const waiting = open(memory, 'a').hold(upload)
  await settle()
  expect(waiting.outcome).toBe('waiting')
  vi.advanceTimersByTime(5_000)
  await settle()
  expect(waiting.outcome).toBe('taken')
  expect(working.isEvicted).toBe(false)
  expect(slow.filter(({ isEvicted }) => isEvicted)).toHaveLength(1)
})

test('where everybody waits for each other the last to come leaves', async () => {
  const memory = createUploadMemory({ bytes: 100, patienceMs: 5_000 })
  const first = open(memory, 'a').hold(50)
  vi.advanceTimersByTime(1)
  const second = open(memory, 'b').hold(50)
  await settle()
  first.hold(10)
  second.hold(10)
  vi.advanceTimersByTime(5_000)
  await settle()
  expect([first.outcome, second.outcome]).toEqual(['waiting', 'refused'])
  second.lease.release()
  await settle()
  expect(first.outcome).toBe('taken')
})

test('who waits for those that are being worked on is told in time that there is no room', async () => {
  const memory = createUploadMemory({ bytes: 100, patienceMs: 5_000, maxWaitMs: 30_000 })
  const working = open(memory, 'a').hold(100)
  working.lease.complete()
  const waiting = open(memory, 'b').hold(10)
  vi.advanceTimersByTime(29_000)
  await settle()
  expect(waiting.outcome).toBe('waiting')
  vi.advanceTimersByTime(1_000)
  await settle()
  expect(waiting.outcome).toBe('refused')
})

test('whatever comes from wherever, what is held never passes the whole, and every upload comes to an end', async () => {
  const sent = fc.record({
    holder: fc.constantFrom('a', 'b', 'c'),
    pieces: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
    pauses: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(sent, { minLength: 1, maxLength: 12 }), async (uploads) => {
      const memory = createUploadMemory({ bytes: 100, patienceMs: 1_000, maxWaitMs: 3_000 })
      const ended: string[] = []
      const running = uploads.map(async ({ holder, pieces, pauses }) => {
        let isEvicted = false
        const lease = memory.open(holder, () => {
          isEvicted = true
          lease.release()
        })
        let outcome = 'stored'
        for (const bytes of pieces) {
          if (isEvicted || !(await lease.take(bytes))) {
            outcome = 'refused'
            break
          }
          expect(memory.used()).toBeLessThanOrEqual(100)
          if (pauses) await settle()
        }
        lease.complete()
        await settle()
        lease.release()
        ended.push(outcome)
      })
      for (let turn = 0; turn < 200 && ended.length < uploads.length; turn += 1) {
        await settle()
        vi.advanceTimersByTime(500)
      }
      await Promise.all(running)
      expect(ended).toHaveLength(uploads.length)
      expect(memory.used()).toBe(0)
    }),
    { numRuns: 100 },
  )
})
