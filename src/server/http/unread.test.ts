import { createServer, get, type RequestListener } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { limitUnread, type UnreadLimits } from './unread.ts'

/** More than the kernel takes for a reader that does not read. */
const heavy = 32 * 1024 * 1024
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function start(listener: RequestListener, limits: Partial<UnreadLimits>) {
  const server = createServer(listener)
  const stop = limitUnread(server, { lookMs: 20, ...limits })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    stop()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const open = () => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    closing.push(() => socket.destroy())
    return socket
  }
  return {
    open,
    count: () => new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count))),
    port,
  }
}

const answer: RequestListener = (_request, response) => void response.end(Buffer.alloc(heavy))
const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const isGone = (socket: Socket) => new Promise<void>((resolve) => socket.on('close', () => resolve()))

test('who asks and takes nothing is let go, who takes it slowly gets all of it', async () => {
  const { open, count, port } = await start(answer, { stalledMs: 400 })
  const deaf = open()
  deaf.pause()
  deaf.write(request)
  const got = await new Promise<number>((resolve) => {
    get({ port, host: '127.0.0.1' }, (response) => {
      let bytes = 0
      response.on('data', (data: Buffer) => {
        bytes += data.byteLength
        response.pause()
        setTimeout(() => response.resume(), 1)
      })
      response.on('end', () => resolve(bytes))
    })
  })
  expect(got).toBe(heavy)
  await expect.poll(count, { timeout: 10_000 }).toBeLessThan(2)
  // Read on, it learns that it was let go.
  const gone = isGone(deaf)
  deaf.resume()
  await gone
})

test('where more waits than there is room for, those who have taken nothing for longest make some', async () => {
  let asked = 0
  const counting: RequestListener = (...each) => {
    asked += 1
    answer(...each)
  }
  const { open, count } = await start(counting, { stalledMs: 600_000, maxBytes: 4 * heavy })
  for (let index = 0; index < 8; index += 1) {
    const deaf = open()
    deaf.pause()
    deaf.write(request)
  }
  await expect.poll(() => asked, { timeout: 10_000 }).toBe(8)
  await expect.poll(count, { timeout: 10_000 }).toBeLessThan(5)
  expect(await count()).toBeGreaterThan(0)
})

test('a row of requests that waits for no answer ends the connection', async () => {
  const { open } = await start(() => {}, { maxPipelined: 4 })
  const fine = open()
  fine.write(request.repeat(4))
  const greedy = open()
  greedy.write(request.repeat(5))
  await isGone(greedy)
  expect(fine.destroyed).toBe(false)
})
