import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Random } from './random.ts'

/** A network between two parties that splits, delays and cuts as chance will have it. */
export async function startCuttingProxy(
  targetPort: number,
  random: Random,
  options: { cutChance: number; maxBytes: number },
) {
  const sockets = new Set<Socket>()
  let cuts = 0
  let isDown = false
  const server = createServer((near) => {
    if (isDown) return near.destroy()
    const far = connect(targetPort, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    /** Nothing more comes from afar; what came before may still be held. */
    let hasEnded = false
    let isHolding = false
    near.on('close', () => far.destroy())
    far.on('close', () => {
      if (!hasEnded) near.destroy()
    })
    near.pipe(far)
    let bytesLeft = random.isLucky(options.cutChance)
      ? random.between(1, random.isLucky(0.5) ? options.maxBytes : options.maxBytes * 20)
      : Infinity
    far.on('data', (data: Buffer) => {
      const piece = bytesLeft < data.length ? data.subarray(0, bytesLeft) : data
      bytesLeft -= data.length
      far.pause()
      isHolding = true
      const middle = random.between(0, piece.length)
      near.write(piece.subarray(0, middle))
      setTimeout(
        () => {
          isHolding = false
          near.write(piece.subarray(middle))
          if (bytesLeft <= 0) {
            cuts += 1
            // Some end with a reset, some with a plain end in the middle of a frame, some say nothing for a while.
            if (random.isLucky(0.5)) near.resetAndDestroy()
            else near.end()
            far.destroy()
          } else if (hasEnded) near.end()
          else far.resume()
        },
        random.isLucky(0.3) ? random.between(0, 15) : 0,
      )
    })
    far.on('end', () => {
      hasEnded = true
      if (!isHolding) near.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    /** Everybody's connection breaks, and nobody gets a new one until `up`. */
    down() {
      isDown = true
      for (const socket of sockets) socket.resetAndDestroy()
    },
    up() {
      isDown = false
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
