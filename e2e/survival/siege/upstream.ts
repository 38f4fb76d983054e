import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { endings, isEnding } from './endings.ts'
import { delta, done, head, type Usage } from './wire.ts'

/** What one question plays: `[[name:argument]]` in it says which. */
type Play = (socket: Socket, argument: string) => Promise<void> | void

/** What the other visitors' questions are answered with. */
export const toAnswer = (seed: number) => Array.from({ length: 20 }, (_, index) => `${seed}.${index} \\(x^2\\) 因为 `)

const plays: Record<string, Play> = {
  async other(socket, seed) {
    socket.write(head())
    for (const text of toAnswer(Number(seed))) {
      socket.write(delta(text))
      await sleep(5)
    }
    socket.end(done())
  },
  /** So many kilobytes, and on and on: a run that lives as long as it is let. */
  async stream(socket, kilobytes) {
    socket.write(head())
    const text = 'x'.repeat(1024)
    for (let sent = 0; !socket.destroyed; sent += 1) {
      if (sent < Number(kilobytes)) socket.write(delta(text))
      else await sleep(200)
      if (sent % 64 === 63) await sleep(5)
      if (sent >= Number(kilobytes)) socket.write(delta('.'))
    }
  },
  /** Says that it used what the argument says as JSON. */
  used(socket, usage) {
    socket.end(`${head()}${delta('Fine.')}${done(JSON.parse(usage) as Usage)}`)
  },
  /** A text of so many characters. */
  text(socket, chars) {
    socket.end(`${head()}${delta('So it is. '.repeat(Number(chars) / 10))}${done()}`)
  },
}

function play(socket: Socket, body: string) {
  const [, name = 'other', argument = '0'] = /\[\[([a-z0-9-]+):(.*?)\]\]/.exec(body) ?? []
  if (isEnding(name)) return endings[name](socket, Number(argument))
  return plays[name]?.(socket, argument.replaceAll('\\"', '"'))
}

/** A model service on a bare socket, so that it can say and end as no HTTP library would. Counts what it was asked. */
export async function startSiegeUpstream() {
  let asked = 0
  const server = createServer((socket) => {
    socket.on('error', () => {})
    let held = Buffer.alloc(0)
    socket.on('data', (data: Buffer) => {
      held = Buffer.concat([held, data])
      const end = held.indexOf('\r\n\r\n')
      if (end === -1) return
      const top = held.subarray(0, end).toString()
      const length = Number(/content-length: (\d+)/i.exec(top)?.[1] ?? 0)
      if (held.length < end + 4 + length) return
      const body = held.subarray(end + 4, end + 4 + length).toString()
      held = held.subarray(end + 4 + length)
      if (/^GET \S*\/models /.test(top)) {
        const list = JSON.stringify({ data: [{ id: 'siege-vl', object: 'model' }] })
        return void socket.end(
          `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${list.length}\r\n\r\n${list}`,
        )
      }
      asked += 1
      void play(socket, body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    close: () => server.close(),
  }
}
