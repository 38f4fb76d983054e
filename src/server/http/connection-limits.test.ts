import { EventEmitter } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { protectServer } from './connection-limits.ts'

class Peer extends EventEmitter {
  isDestroyed = false
  readonly remoteAddress: string
  constructor(remoteAddress: string) {
    super()
    this.remoteAddress = remoteAddress
  }
  destroy() {
    this.isDestroyed = true
    this.emit('close')
  }
}

test('one address holds two thousand connections and no more; a trusted proxy and this machine any number', () => {
  const server = new EventEmitter()
  protectServer(server as Server, ['10.0.0.0/8'])
  const open = (address: string, count: number) =>
    Array.from({ length: count }, () => {
      const peer = new Peer(address)
      server.emit('connection', peer)
      return peer
    })
  const peers = open('203.0.113.7', 2_500)
  expect(peers.filter(({ isDestroyed }) => isDestroyed)).toHaveLength(500)
  expect(open('203.0.113.8', 1)[0]?.isDestroyed).toBe(false)
  peers[0]?.destroy()
  expect(open('203.0.113.7', 2).map(({ isDestroyed }) => isDestroyed)).toEqual([false, true])
  for (const address of ['10.1.2.3', '127.0.0.1']) {
    expect(open(address, 2_500).some(({ isDestroyed }) => isDestroyed)).toBe(false)
  }
})

test('whoever asks and never reads is destroyed, with what waits for them', async () => {
  const server = createServer((_request, response) => response.end(Buffer.alloc(20_000_000)))
  protectServer(server, [], { silentMs: 400 })
  let opened = 0
  server.on('connection', () => (opened += 1))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const deaf = Array.from({ length: 5 }, () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.on('error', () => {}).pause()
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    return socket
  })
  const count = () => new Promise<number>((resolve) => server.getConnections((_error, open) => resolve(open)))
  await expect.poll(() => opened, { timeout: 10_000 }).toBe(5)
  await expect.poll(count, { timeout: 15_000 }).toBe(0)
  for (const socket of deaf) socket.destroy()
  server.close()
})
