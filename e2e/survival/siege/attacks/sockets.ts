import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { inParallel, tally, times, type Attack, type Scene } from '../attack.ts'
import { toArchivedRun } from '../stranger.ts'

/** Opens a socket, says this, and reads nothing of what comes. */
function openDeaf({ port, signal }: Scene, text: string): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.pause()
  socket.write(text)
  signal.addEventListener('abort', () => socket.destroy())
  return socket
}

const toGet = ({ port }: Scene, path: string, cookie = '') =>
  `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nX-Forwarded-For: 203.0.113.9\r\nCookie: ${cookie}\r\n\r\n`

const untilOver = (signal: AbortSignal) => sleep(600_000, undefined, { signal }).catch(() => {})

export const socketAttacks: Attack[] = [
  {
    name: 'deaf-viewers',
    what: 'three hundred viewers of a long stream who never read',
    async run(scene) {
      const owner = scene.stranger()
      const { id } = await owner.ask('[[stream:3500]]')
      await sleep(1_500)
      for (const _ of scene.many(300)) openDeaf(scene, toGet(scene, `/api/runs/${id}/events?after=0`, owner.cookie()))
      await untilOver(scene.signal)
      return { done: '300 streams of 3.5 MB, none read' }
    },
  },
  {
    name: 'deaf-requests',
    what: 'pages, files and pictures asked for in long rows, and never read',
    async run(scene) {
      const owner = scene.stranger()
      const run = await owner.importLines([toArchivedRun({ answerText: 'So \\(x\\) it is.\n\n'.repeat(20_000) })])
      const { id } = await owner.share(run)
      const paths = [
        `/s/${id}`,
        `/api/shares/${id}`,
        `/api/runs/${run}`,
        `/api/runs/${run}/export?format=markdown`,
        '/',
      ]
      const sockets = scene.many(200).map((index) => {
        const request = toGet(scene, paths[index % paths.length] ?? '/', owner.cookie())
        return openDeaf(scene, request.repeat(50))
      })
      await untilOver(scene.after(scene.many(20).length / 20))
      return { done: `${sockets.length} sockets with 50 requests each, none read` }
    },
  },
  {
    name: 'resume-storm',
    what: 'hundreds who follow one long run again from its beginning',
    async run(scene) {
      const owner = scene.stranger()
      const { id } = await owner.ask('[[stream:3500]]')
      await sleep(1_500)
      const statuses: number[] = []
      await inParallel(scene.many(1_000), 50, scene.signal, async () => {
        const response = await owner.open('GET', `/api/runs/${id}/events?after=0`)
        statuses.push(response.status)
        let bytes = 0
        for await (const piece of response.body ?? []) {
          bytes += (piece as Uint8Array).byteLength
          if (bytes > 3_000_000) break
        }
      })
      return { done: `3.5 MB from the beginning: ${tally(statuses)}` }
    },
  },
  {
    name: 'slow-heads',
    what: 'two thousand sockets that never finish their request',
    async run(scene) {
      const sockets = scene.many(2_000).map(() => openDeaf(scene, 'GET / HTTP/1.1\r\nHost: localhost\r\n'))
      while (!scene.signal.aborted) {
        for (const socket of sockets) if (!socket.destroyed) socket.write('X: y\r\n')
        await sleep(1_000, undefined, { signal: scene.signal }).catch(() => {})
      }
      return { done: '2,000 sockets' }
    },
  },
  {
    name: 'bodies',
    what: 'large, deep and wide JSON to every changing route',
    async run({ stranger, many, signal }) {
      const bodies = [
        `{"question":${JSON.stringify('x'.repeat(500_000))}}`,
        '['.repeat(500_000),
        `{"question":"x","media":[${'"a",'.repeat(100_000)}"a"]}`,
        `{${times(40_000)
          .map((id) => `"k${id}":1`)
          .join(',')}}`,
        JSON.stringify({ covers: times(4_000).map(() => ({ media: 'a', x: 1, y: 1, width: 1, height: 1 })) }),
      ]
      const paths = [
        '/api/runs',
        '/api/runs/a/shares',
        '/api/access',
        '/api/media',
        '/api/shares/a/copies',
        '/api/pairings',
      ]
      const statuses: number[] = []
      const sent = many(30).flatMap(() => paths.flatMap((path) => bodies.map((body) => ({ path, body }))))
      await inParallel(sent, 20, signal, async ({ path, body }) => {
        const reply = await stranger().send('POST', path, body, { 'content-type': 'application/json' })
        statuses.push(reply.status)
      })
      const problems = statuses.includes(500) ? ['a body gave 500'] : []
      return { done: tally(statuses), problems }
    },
  },
]
