import { expect, test, vi } from 'vitest'
import { toBodyStream } from './stream-body.ts'

const text = async (stream: ReadableStream<Uint8Array>) => await new Response(stream).text()

test('a body is made no further than it is taken', async () => {
  let made = 0
  async function* pieces() {
    for (; made < 100; made += 1) yield 'x'.repeat(64 * 1024)
  }
  const stream = await toBodyStream(pieces())
  const reader = stream.getReader()
  await reader.read()
  await reader.read()
  expect(made).toBeLessThanOrEqual(2)
  await reader.cancel()
})

test('many small pieces come as a few larger ones, and all of them come', async () => {
  async function* pieces() {
    for (let at = 0; at < 100_000; at += 1) yield at % 2 === 0 ? '面' : new Uint8Array([120])
  }
  const sizes: number[] = []
  for await (const piece of await toBodyStream(pieces())) sizes.push(piece.byteLength)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(200_000)
  expect(sizes.length).toBeLessThan(5)
  expect(await text(await toBodyStream((async function* () {})()))).toBe('')
})

test('what fails at the beginning fails before there is a body; later it cuts the body off', async () => {
  // oxlint-disable-next-line require-yield
  async function* never() {
    throw new Error('not there')
  }
  await expect(toBodyStream(never())).rejects.toThrow('not there')
  async function* half() {
    yield 'x'.repeat(64 * 1024)
    throw new Error('damaged')
  }
  await expect(text(await toBodyStream(half()))).rejects.toThrow()
})

test.each(['gives up', 'takes nothing any more'])('whoever %s holds nothing any longer', async (how) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let isHeld = true
  async function* pieces() {
    try {
      for (;;) yield 'x'.repeat(64 * 1024)
    } finally {
      isHeld = false
    }
  }
  const reader = (await toBodyStream(pieces(), 1_000)).getReader()
  await reader.read()
  if (how === 'gives up') await reader.cancel()
  else {
    await vi.advanceTimersByTimeAsync(900)
    await reader.read()
    await vi.advanceTimersByTimeAsync(900)
    expect(isHeld).toBe(true)
    await vi.advanceTimersByTimeAsync(200)
    await expect(reader.read()).rejects.toThrow()
  }
  expect(isHeld).toBe(false)
  vi.useRealTimers()
})
