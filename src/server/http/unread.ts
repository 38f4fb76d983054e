import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export type UnreadLimits = {
  /** Of all that waits in memory for readers. */
  maxBytes: number
  /** Whoever takes nothing for this long while something waits is let go. */
  stalledMs: number
  lookMs: number
  /** Requests of one connection that wait for their answers. Browsers and proxies send the next after the last. */
  maxPipelined: number
}

const usual: UnreadLimits = { maxBytes: 96 * 1024 * 1024, stalledMs: 60_000, lookMs: 250, maxPipelined: 8 }
/** Between two looks that requests cause. */
const soonMs = 100

type Connection = { responses: Set<ServerResponse>; unread: number; writing: number; since: number }

/** What the kernel has not taken yet, and what stands behind that in responses whose turn has not come. */
const countUnread = (socket: Socket, { responses }: Connection) =>
  [...responses].reduce((sum, response) => sum + (response.socket ? 0 : response.writableLength), socket.writableLength)

/** What is left of the piece that is being written: only the handle knows, and a piece may be a whole picture. */
function countWriting(socket: Socket): number {
  const handle = Reflect.get(socket, '_handle') as { writeQueueSize?: number } | null | undefined
  return handle?.writeQueueSize ?? 0
}

/**
 * Destroys connections that ask and do not read: ending one would leave what waits for it in memory for as long as the
 * other side likes. Returns what stops it.
 */
export function limitUnread(server: Server, changed: Partial<UnreadLimits> = {}): () => void {
  const { maxBytes, stalledMs, lookMs, maxPipelined } = { ...usual, ...changed }
  const connections = new Map<Socket, Connection>()
  let lookedAt = -Infinity

  function look(now = performance.now()) {
    lookedAt = now
    let total = 0
    const waiting: [Socket, Connection][] = []
    for (const [socket, connection] of connections) {
      const unread = countUnread(socket, connection)
      const writing = countWriting(socket)
      if (unread === 0 || unread < connection.unread || writing < connection.writing) connection.since = now
      connection.unread = unread
      connection.writing = writing
      if (unread === 0) continue
      if (now - connection.since >= stalledMs) {
        socket.destroy()
        continue
      }
      total += unread
      waiting.push([socket, connection])
    }
    if (total <= maxBytes) return
    waiting.sort(([, a], [, b]) => a.since - b.since || b.unread - a.unread)
    for (const [socket, { unread }] of waiting) {
      if (total <= maxBytes / 2) return
      socket.destroy()
      total -= unread
    }
  }

  const timer = setInterval(look, lookMs).unref()
  server.on('connection', (socket: Socket) => {
    connections.set(socket, { responses: new Set(), unread: 0, writing: 0, since: performance.now() })
    socket.on('close', () => connections.delete(socket))
  })
  // Before whoever answers: of a connection that is let go nothing more is worked on.
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const responses = connections.get(socket)?.responses
    if (!responses) return
    responses.add(response)
    response.on('close', () => responses.delete(response))
    if (responses.size > maxPipelined) socket.destroy()
    else if (performance.now() - lookedAt > soonMs) look()
  })
  return () => clearInterval(timer)
}
