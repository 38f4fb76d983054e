import type { Socket } from 'node:net'
import { chunk, delta, done, head } from './wire.ts'

const chunked = 'Transfer-Encoding: chunked\r\n'
/** As many frames as make up `bytes`, without an end. */
const burst = (bytes: number) => delta('x'.repeat(1_000)).repeat(Math.ceil(bytes / 1_070))

/** Every way in which an answer of `bytes`, sent at once, can end. */
export const endings = {
  'until-close': (socket: Socket, bytes: number) => socket.end(head() + burst(bytes) + done()),
  'until-close-cut': (socket: Socket, bytes: number) => socket.end(head() + burst(bytes)),
  'http-1-0': (socket: Socket, bytes: number) => socket.end(head('1.0', '') + burst(bytes) + done()),
  'half-a-frame': (socket: Socket, bytes: number) => socket.end(head() + burst(bytes) + delta('cut').slice(0, 30)),
  chunks: (socket: Socket, bytes: number) =>
    socket.write(head('1.1', chunked) + chunk(burst(bytes) + done()) + chunk('')),
  'chunks-closed': (socket: Socket, bytes: number) =>
    socket.end(head('1.1', `${chunked}Connection: close\r\n`) + chunk(burst(bytes) + done()) + chunk('')),
  'chunks-cut': (socket: Socket, bytes: number) =>
    socket.end(head('1.1', `${chunked}Connection: close\r\n`) + chunk(burst(bytes))),
  'chunks-cut-kept': (socket: Socket, bytes: number) => socket.end(head('1.1', chunked) + chunk(burst(bytes))),
  'chunk-cut-within': (socket: Socket, bytes: number) =>
    socket.end(head('1.1', chunked) + chunk(burst(bytes)).slice(0, -100)),
  'bad-chunk': (socket: Socket, bytes: number) =>
    socket.end(`${head('1.1', chunked) + chunk(burst(bytes))}zz\r\nno\r\n`),
  'more-behind-the-end': (socket: Socket, bytes: number) =>
    socket.write(`${head('1.1', chunked) + chunk(burst(bytes) + done()) + chunk('')}HTTP/1.1 200 OK\r\n\r\nmore`),
  'length-too-long': (socket: Socket, bytes: number) =>
    socket.end(head('1.1', 'Content-Length: 99999999\r\n') + burst(bytes)),
  'length-too-short': (socket: Socket, bytes: number) =>
    socket.end(head('1.1', 'Content-Length: 999\r\n') + burst(bytes)),
  reset(socket: Socket, bytes: number) {
    socket.write(head() + burst(bytes), () => socket.resetAndDestroy())
  },
  'reset-in-chunks': (socket: Socket, bytes: number) => {
    socket.write(head('1.1', chunked) + chunk(burst(bytes)), () => socket.resetAndDestroy())
  },
  'finished-but-open': (socket: Socket, bytes: number) => {
    const [finish = ''] = done().split('data: [DONE]')
    socket.write(head() + burst(bytes) + finish)
  },
  'not-what-it-says': (socket: Socket, bytes: number) =>
    socket.end(head('1.1', 'Content-Encoding: gzip\r\nConnection: close\r\n') + burst(bytes)),
  switched: (socket: Socket, bytes: number) =>
    socket.end(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n${burst(bytes)}`),
  'hints-without-end': (socket: Socket, bytes: number) =>
    socket.end('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(Math.ceil(bytes / 40)) + head() + done()),
  'a-huge-head': (socket: Socket, bytes: number) => socket.end(head('1.1', `X: ${'x'.repeat(bytes)}\r\n`) + done()),
  'no-head': (socket: Socket, bytes: number) => socket.end(burst(bytes)),
  nothing: (socket: Socket) => socket.end(),
} satisfies Record<string, (socket: Socket, bytes: number) => void>

export type Ending = keyof typeof endings

export const isEnding = (name: string): name is Ending => name in endings
