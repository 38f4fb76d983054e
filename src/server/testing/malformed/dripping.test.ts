import { connect, type Socket } from 'node:net'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTarget } from './start-target.ts'

let target: Awaited<ReturnType<typeof startTarget>>
const sockets: Socket[] = []
beforeAll(async () => {
  target = await startTarget()
})
afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  await target.end()
})

test('forty who promise 20 MB each and send next to nothing keep nobody from adding a picture', async () => {
  const head = [
    'POST /api/media HTTP/1.1',
    'Host: localhost',
    'Content-Type: multipart/form-data; boundary=b',
    `Content-Length: ${20 * 1024 * 1024}`,
  ].join('\r\n')
  await Promise.all(
    Array.from({ length: 40 }, async () => {
      const socket = connect(target.port, '127.0.0.1')
      socket.on('error', () => {})
      sockets.push(socket)
      await new Promise((resolve) => socket.once('connect', resolve))
      socket.write(`${head}\r\n\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx`)
    }),
  )
  // Answered after all of them were heard.
  expect((await target.request('GET', '/healthz')).status).toBe(200)
  const picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#888' } })
    .png()
    .toBuffer()
  const form = new FormData()
  form.set('file', new File([new Uint8Array(picture)], 'a.png'))
  expect((await target.request('POST', '/api/media', {}, form)).status).toBe(201)
  expect(sockets.every(({ destroyed }) => !destroyed)).toBe(true)
})
