import { request, type IncomingMessage } from 'node:http'

/** One request over a connection of its own; resolves with the response’s head. */
export function send(
  port: number,
  method: string,
  path: string,
  body?: unknown,
  cookie = '',
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...(cookie && { cookie }) }
    const outgoing = request({ port, host: '127.0.0.1', method, path, headers, agent: false }, resolve)
    outgoing.on('error', reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** Asks as a new visitor. */
export async function askRun(port: number): Promise<{ id: string; cookie: string }> {
  const made = await send(port, 'POST', '/api/runs', { question: 'bench' })
  const cookie = made.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  let text = ''
  for await (const piece of made) text += String(piece)
  const { id } = JSON.parse(text) as { id?: string }
  if (id === undefined) throw new Error(`${made.statusCode}: ${text}`)
  return { id, cookie }
}
