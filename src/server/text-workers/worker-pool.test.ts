import { afterEach, expect, test } from 'vitest'
import { ProblemError } from '../../shared/problem.ts'
import type { Job } from './text-work.ts'
import { createWorkerPool } from './worker-pool.ts'

/** Does as it is told: `echo`, `loop` for ever, `pause` so long, `hoard` memory, wait for a `gate` to be opened, or fail. */
const file = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', ({ id, input: [what, value] }) => {
      if (what === 'loop') for (;;);
      if (what === 'pause') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, value)
      if (what === 'hoard') for (const all = []; ; ) all.push(new Array(1e5).fill(Math.random()))
      if (what === 'refuse') parentPort.postMessage({ id, problem: { status: 422, code: 'too-large', message: value } })
      if (what === 'fail') parentPort.postMessage({ id, error: value })
      if (what === 'gate') while (Atomics.load(value, 0) === 0) Atomics.wait(value, 0, 0)
      if (what === 'echo' || what === 'gate' || what === 'pause') parentPort.postMessage({ id, output: what })
    })
  `)}`,
)

let pool: ReturnType<typeof createWorkerPool>
afterEach(() => pool.close())

type Options = Parameters<typeof createWorkerPool>[1]
const start = (options: Options = {}) => {
  pool = createWorkerPool(file, options)
  const run = pool.run as (name: string, input: unknown, job: Job) => Promise<unknown>
  return (what: string, value: unknown = undefined, job: Partial<Job> = {}) =>
    run('any', [what, value], { owner: 'a', chars: 10, ...job })
}
const createGate = () => {
  const gate = new Int32Array(new SharedArrayBuffer(4))
  return { gate, open: () => (Atomics.store(gate, 0, 1), Atomics.notify(gate, 0)) }
}
const large = { chars: 200_000 }

test('work that never ends is ended with its thread, and the next gets a new one', async () => {
  const run = start({ threads: 1, limitMs: 300 })
  await expect(run('loop')).rejects.toMatchObject({ name: 'TextWorkLimit', reason: 'time' })
  expect(await run('echo', undefined, { limitMs: 20_000 })).toBe('echo')
})

test('so is work that takes more memory than a thread has', async () => {
  const run = start({ threads: 1, limitMs: 60_000 })
  await expect(run('hoard')).rejects.toMatchObject({ name: 'TextWorkLimit', reason: 'memory' })
  expect(await run('echo')).toBe('echo')
})

test('the time a thread takes to start and to warm up is not that of its work', async () => {
  const run = start({ threads: 1, limitMs: 500, warmUp: { name: 'checkAnswer', input: ['pause', 1_000] } })
  expect(await run('echo')).toBe('echo')
  await expect(run('loop')).rejects.toMatchObject({ reason: 'time' })
  expect(await run('echo')).toBe('echo')
})

test('what a task refuses is refused with the same words; its failures are failures', async () => {
  const run = start()
  const refusal = new ProblemError(422, 'too-large', 'Send less.')
  await expect(run('refuse', 'Send less.')).rejects.toEqual(refusal)
  await expect(run('fail', 'broken')).rejects.toThrow('broken')
})

test('large texts leave a thread to small ones, and one owner’s leave one to the next', async () => {
  const run = start({ threads: 3, limitMs: 60_000 })
  const { gate, open } = createGate()
  const held = [1, 2, 3].map(() => run('gate', gate, large))
  expect(await run('echo', undefined, { owner: 'b', ...large })).toBe('echo')
  expect(await run('echo')).toBe('echo')
  open()
  expect(await Promise.all(held)).toEqual(['gate', 'gate', 'gate'])
})

test('nobody fills the queue alone, nor all together for ever', async () => {
  const run = start({ threads: 2, limitMs: 60_000 })
  const { gate, open } = createGate()
  const ask = (owner: string, count: number) =>
    Array.from({ length: count }, async () => {
      try {
        return await run('gate', gate, { owner, ...large })
      } catch (error) {
        return (error as { reason?: string }).reason
      }
    })
  const ofOne = ask('a', 30)
  const ofMany = Array.from({ length: 20 }, (_, at) => ask(`b${at}`, 10)).flat()
  open()
  const count = async (all: Promise<unknown>[]) => (await Promise.all(all)).filter((each) => each === 'busy').length
  expect(await count(ofOne)).toBe(30 - 1 - 24)
  expect(await count(ofMany)).toBe(200 + 24 - 200)
})

test('when it is closed what waits is not left waiting', async () => {
  const run = start({ threads: 1 })
  const { gate } = createGate()
  const all = Promise.allSettled([run('gate', gate, { limitMs: 60_000 }), run('echo')])
  await pool.close()
  expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})
