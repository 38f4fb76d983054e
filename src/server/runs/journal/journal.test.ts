import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createJournal, type Pending } from './journal.ts'
import type { Append } from '../run-store.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A journal whose every commit takes a millisecond, kept busy by so many runs. */
function start(runs = 1) {
  const commits: { at: number; appends: Append[] }[] = []
  const journal = createJournal(
    async (appends) => {
      commits.push({ at: performance.now(), appends })
      await new Promise((resolve) => setTimeout(resolve, 1))
      return []
    },
    () => {},
  )
  const saved = vi.fn()
  const pending = (runId: string): Pending => ({
    take: () => ({ runId, events: [] }),
    onSaved: () => saved(runId),
    onLost: () => {},
  })
  const busy = Array.from({ length: runs }, (_, index) => pending(`busy ${index}`))
  const timer = setInterval(() => {
    for (const one of busy) journal.enqueue(one)
  }, 1)
  return { journal, commits, saved, pending, stop: () => clearInterval(timer) }
}

test('a busy journal commits some fifty times a second', async () => {
  const { commits, stop } = start()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(commits.length).toBeGreaterThan(80)
  expect(commits.length).toBeLessThan(125)
  stop()
})

test('a busy journal of many runs commits some twenty times a second', async () => {
  const { commits, stop } = start(60)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(commits.length).toBeGreaterThan(30)
  expect(commits.length).toBeLessThan(50)
  expect(commits.at(-1)?.appends).toHaveLength(60)
  stop()
})

test('what is urgent does not wait for the others', async () => {
  const { journal, commits, saved, pending, stop } = start()
  await vi.advanceTimersByTimeAsync(1_000)
  for (let turn = 0; turn < 20; turn += 1) {
    await vi.advanceTimersByTimeAsync(37)
    const before = commits.length
    journal.enqueue(pending(`first ${turn}`), true)
    await vi.advanceTimersByTimeAsync(7)
    expect(saved).toHaveBeenCalledWith(`first ${turn}`)
    expect(commits.length).toBeGreaterThan(before)
  }
  stop()
})

test('however much is urgent, commits keep a distance', async () => {
  const { journal, commits, pending, stop } = start()
  await vi.advanceTimersByTimeAsync(1_000)
  const before = commits.length
  for (let turn = 0; turn < 1_000; turn += 1) {
    journal.enqueue(pending('urgent'), true)
    await vi.advanceTimersByTimeAsync(1)
  }
  expect(commits.length - before).toBeLessThan(260)
  stop()
})

test('after much that was urgent nobody waits longer than before', async () => {
  const { journal, saved, pending, stop } = start()
  for (let turn = 0; turn < 1_000; turn += 1) {
    journal.enqueue(pending('urgent'), true)
    await vi.advanceTimersByTimeAsync(1)
  }
  await vi.advanceTimersByTimeAsync(7)
  journal.enqueue(pending('patient'))
  await vi.advanceTimersByTimeAsync(30)
  expect(saved).toHaveBeenCalledWith('patient')
  stop()
})

test('one that throws when it is asked or told costs the others of its commit nothing', async () => {
  const failures: unknown[] = []
  const commits: string[][] = []
  const journal = createJournal(
    async (appends) => {
      commits.push(appends.map(({ runId }) => runId))
      return ['lost']
    },
    (error) => failures.push(error),
  )
  const told: string[] = []
  const fail = (): never => {
    throw new Error('a fault')
  }
  const pending = (runId: string, over: Partial<Pending> = {}): Pending => ({
    take: () => ({ runId, events: [] }),
    onSaved: () => void told.push(runId),
    onLost: () => void told.push(`lost ${runId}`),
    ...over,
  })
  // A quiet journal commits the first by itself.
  journal.enqueue(pending('first'))
  journal.enqueue(pending('taken', { take: fail }))
  journal.enqueue(pending('saved', { onSaved: fail }))
  journal.enqueue(pending('lost', { onLost: fail }))
  journal.enqueue(pending('other'))
  await vi.advanceTimersByTimeAsync(500)
  expect(commits).toEqual([['first'], ['saved', 'lost', 'other']])
  expect(told).toEqual(['first', 'lost taken', 'other'])
  expect(failures).toHaveLength(3)
  journal.enqueue(pending('next'))
  await vi.advanceTimersByTimeAsync(500)
  expect(told).toContain('next')
})
