import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readAtPace } from './read-at-pace.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => vi.useRealTimers())

/** A body of which `bytes` come every `everyMs`, so many times. */
function createBody(bytes: number, everyMs: number, times: number) {
  let sent = 0
  let isCancelled = false
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, everyMs))
      controller.enqueue(new Uint8Array(bytes))
      if ((sent += 1) === times) controller.close()
    },
    cancel() {
      isCancelled = true
    },
  })
  return { body, isCancelled: () => isCancelled }
}

async function readAll(body: ReadableStream<Uint8Array>, workMs = 0) {
  let size = 0
  const reading = (async () => {
    for await (const chunk of readAtPace(body)) {
      size += chunk.byteLength
      if (workMs > 0) await new Promise((resolve) => setTimeout(resolve, workMs))
    }
    return size
  })().catch((error: { code: string }) => error.code)
  await vi.advanceTimersByTimeAsync(1_000_000)
  return await reading
}

test('a slow line is read to its end, with pauses', async () => {
  expect(await readAll(createBody(50_000, 19_000, 20).body)).toBe(1_000_000)
  expect(await readAll(createBody(2_500, 1_000, 400).body)).toBe(1_000_000)
})

test('a body that drips is let go', async () => {
  const { body, isCancelled } = createBody(100, 500, 10_000)
  expect(await readAll(body)).toBe('too-slow')
  expect(isCancelled()).toBe(true)
  expect(await readAll(createBody(1_000_000, 600_000, 2).body)).toBe('too-slow')
})

test('the time that we take is not counted against whoever sends', async () => {
  expect(await readAll(createBody(1_000, 10, 10).body, 60_000)).toBe(10_000)
})
