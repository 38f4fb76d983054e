import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Words nobody has read before, so that they pack as poorly as a model's. */
let seed = 7
const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
const syllables = 'ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu'.split(' ')
const word = () =>
  Array.from({ length: 1 + Math.floor(random() * 3) }, () => syllables[Math.floor(random() * 20)]).join('')
const words = (count: number) => Array.from({ length: count }, word).join(' ')

const answer = () => String.raw`**Step.** ${words(12)}. The triangle has \(AB = 10\) and \(AC = 6\), so by Pythagoras

\[ BC = \sqrt{10^2 - 6^2} = 8. \]

With ${words(9)} $x = \frac{a + b}{2}$ the sum is \(\sum_{k=1}^{n} k^2 = \frac{n(n+1)(2n+1)}{6}\), hence the area is $24$.

`
const thought = () =>
  String.raw`Let me check that ${words(18)}. Let me check the case \(n = 0\) first: then $x_0 = 1$, and the claim holds. Now suppose it holds for \(n\). `

/** Thinking and answer of about this many characters, in pieces as a model sends them. */
export function toPieces(thinkingChars: number, answerChars: number): { thinking: string[]; answer: string[] } {
  const until = (limit: number, make: () => string) => {
    let text = ''
    while (text.length < limit) text += make()
    return text
  }
  const cut = (text: string) => text.match(/[^]{1,120}/g) ?? []
  return { thinking: cut(until(thinkingChars, thought)), answer: cut(until(answerChars, answer)) }
}

export const toChunk = (delta: object) => `data: ${JSON.stringify({ choices: [{ delta, finish_reason: null }] })}\n\n`
export const ending = `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`

/** A model that answers at once: `[[t,a]]` in the question asks for so many characters of thinking and of answer. */
export async function startReadyUpstream() {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (data: Buffer) => (body += data.toString()))
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const [, thinking = '400', wished = '400'] = /\[\[(\d+),(\d+)\]\]/.exec(body) ?? []
      const pieces = toPieces(Number(thinking), Number(wished))
      for (const text of pieces.thinking) response.write(toChunk({ reasoning_content: text }))
      for (const text of pieces.answer) response.write(toChunk({ content: text }))
      response.end(ending)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
