import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createWire } from '../support/fake-wire.ts'
import { createRandom } from './random.ts'

const alphabets = [
  'abc def ',
  '因为所以三角形，',
  '😀👩‍👩‍👧 ',
  '\\(x^2\\) $$y$$\n\n',
  '"\\u0041\\n"\t\r\n',
  'data: id: \n\n:',
]

export type Script = {
  pieces: { kind: 'thinking' | 'answer'; text: string; waitMs: number }[]
  thinking: string
  answer: string
}

/** What the model will say to the question `[[seed:n]]`, the same whenever it is asked. */
export function toScript(seed: number): Script {
  const random = createRandom(seed)
  const count = random.between(1, 60)
  const thinks = random.between(0, count)
  const pieces = Array.from({ length: count }, (_, index) => {
    const alphabet = alphabets[random.between(0, alphabets.length - 1)] ?? ''
    const repeats = random.isLucky(0.01) ? 4_000 : random.between(1, 8)
    return {
      kind: index < thinks ? ('thinking' as const) : ('answer' as const),
      text: `${seed}.${index} ${alphabet.repeat(repeats)}`,
      waitMs: random.isLucky(0.4) ? random.between(0, 40) : 0,
    }
  })
  const textOf = (kind: string) => pieces.map((piece) => (piece.kind === kind ? piece.text : '')).join('')
  return { pieces, thinking: textOf('thinking'), answer: textOf('answer') }
}

/** A model service that says what the script of the question's seed says, slowed by `pace`. */
export async function startScriptedUpstream(pace = 1) {
  const calls = new Map<number, number>()
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (data: Buffer) => (body += data.toString()))
    request.on('end', () => {
      const seed = Number(/\[\[seed:(\d+)\]\]/.exec(body)?.[1] ?? 0)
      if (!request.url?.endsWith('/chat/completions')) return void response.writeHead(404).end()
      calls.set(seed, (calls.get(seed) ?? 0) + 1)
      const wire = createWire('openai', response)
      const play = async () => {
        for (const { kind, text, waitMs } of toScript(seed).pieces) {
          if (response.destroyed) return
          wire[kind](text)
          if (waitMs > 0) await sleep(waitMs * pace)
        }
        wire.finish('stop')
      }
      void play()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    /** How often the model was asked the question of this seed. */
    calls: (seed: number) => calls.get(seed) ?? 0,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
