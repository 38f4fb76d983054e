import { createServer, type AddressInfo, type Socket } from 'node:net'

/** How a response can end, over HTTP/1.1 unless it says otherwise. */
export const endings = ['length', 'short', 'chunked', 'cut', 'until-end', 'http-1.0', 'reset'] as const
export type Ending = (typeof endings)[number]

export type Reply = { ending: Ending; keepAlive: boolean; contentType: string; body: Buffer }

/** A body behind its head as the ending has it: chunks of 16 kB, or the bytes. */
function toBytes({ ending, keepAlive, contentType, body }: Reply): Buffer[] {
  const isChunked = ending === 'chunked' || ending === 'cut' || ending === 'reset'
  const length = ending === 'short' ? body.byteLength + 1 : body.byteLength
  const head = [
    `HTTP/${ending === 'http-1.0' ? '1.0' : '1.1'} 200 OK`,
    `Content-Type: ${contentType}`,
    `Connection: ${keepAlive ? 'keep-alive' : 'close'}`,
    ...(isChunked ? ['Transfer-Encoding: chunked'] : []),
    ...(ending === 'length' || ending === 'short' ? [`Content-Length: ${length}`] : []),
  ]
  const parts: Buffer[] = [Buffer.from(`${head.join('\r\n')}\r\n\r\n`)]
  if (!isChunked) return [...parts, body]
  for (let from = 0; from < body.byteLength; from += 16_384) {
    const piece = body.subarray(from, from + 16_384)
    parts.push(Buffer.from(`${piece.byteLength.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
  }
  return ending === 'chunked' ? [...parts, Buffer.from('0\r\n\r\n')] : parts
}

/** A server below HTTP: `answer` gets the request's text and says what comes back, in one burst, and how it ends. */
export async function startAbruptServer(answer: (request: string) => Reply) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let text = ''
    socket.on('data', (piece) => {
      text += piece.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
      if (end === -1 || text.length < end + 4 + length) return
      const reply = answer(text)
      text = ''
      const isKept = reply.keepAlive && (reply.ending === 'length' || reply.ending === 'chunked')
      socket.write(Buffer.concat(toBytes(reply)), () => {
        if (reply.ending === 'reset') socket.resetAndDestroy()
        else if (!isKept) socket.end()
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
