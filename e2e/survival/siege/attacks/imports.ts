import { connect } from 'node:net'
import { archiveHeader, toArchiveLine } from '../../../../src/shared/archive.ts'
import { inParallel, tally, times, type Attack, type Scene } from '../attack.ts'
import { toArchivedRun } from '../stranger.ts'

/** Sends a body in pieces as small as these; resolves to the status of the answer, 0 for none. */
const sendInPieces = ({ port, signal }: Scene, pieces: Iterable<string>, address: string) =>
  new Promise<number>((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    const head = ['POST /api/runs/import HTTP/1.1', `Host: localhost:${port}`, `X-Forwarded-For: ${address}`]
    socket.write([...head, 'Transfer-Encoding: chunked', 'Connection: close', '', ''].join('\r\n'))
    let text = ''
    socket.on('data', (data: Buffer) => (text += data.toString('latin1')))
    const end = () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0))
    socket.on('close', end)
    socket.on('error', end)
    signal.addEventListener('abort', () => socket.destroy())
    async function write() {
      for (const piece of pieces) {
        if (socket.destroyed) return
        const chunk = `${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`
        if (!socket.write(chunk)) await new Promise((drained) => socket.once('drain', drained))
      }
      socket.write('0\r\n\r\n')
    }
    void write()
  })

const header = toArchiveLine(archiveHeader)
const cutInto = function* (text: string, chars: number) {
  for (let at = 0; at < text.length; at += chars) yield text.slice(at, at + chars)
}

export const importAttacks: Attack[] = [
  {
    name: 'import-one-line',
    what: 'files of one line of 20 MB that come in small pieces',
    async run(scene) {
      const long = JSON.stringify({ ...toArchivedRun({}), answerText: 'x'.repeat(20_000_000) })
      const files = [
        header + long,
        'x'.repeat(20_000_000),
        header + ' '.repeat(20_000_000),
        header + '\n'.repeat(20_000_000),
      ]
      const statuses: number[] = []
      await inParallel(files.entries(), 4, scene.signal, async ([index, file]) => {
        statuses.push(await sendInPieces(scene, cutInto(file, 1_000), `203.0.113.${index + 1}`))
      })
      return { done: `4 files of 20 MB: ${tally(statuses)}` }
    },
  },
  {
    name: 'import-strange',
    what: 'files that are deep, wide, half, wrong or of many runs',
    async run(scene) {
      const run = toArchivedRun({ answerText: 'x' })
      const line = JSON.stringify(run)
      const files: Record<string, string> = {
        'a header that is not JSON': '{"type":"showwork"\n',
        'a header of something else': '{"type":"showwork","version":[[]]}\n',
        'a deep line': `${header}${'['.repeat(200_000)}\n`,
        'a deep field': `${header}${line.slice(0, -1)},"a":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}\n`,
        'a timeline of many lines': `${header}${JSON.stringify({ ...run, timeline: 'a0.1\n'.repeat(700_000) })}\n`,
        'many runs':
          header +
          times(25_000)
            .map((id) => JSON.stringify({ ...run, id: `${id}` }))
            .join('\n'),
        'a chain':
          header +
          times(210)
            .map((id) => JSON.stringify({ ...run, id: `${id}`, parent: `${id - 1}` }))
            .join('\n'),
        'many titles': header + line + `\n{"type":"conversation","id":"${run.id}","title":"x"}`.repeat(20_000),
        'many keys': `${header}{${times(200_000)
          .map((id) => `"${id}":1`)
          .join(',')}}\n`,
      }
      const problems: string[] = []
      const statuses: number[] = []
      await inParallel(Object.entries(files), 3, scene.signal, async ([name, file]) => {
        const { status } = await scene.stranger().send('POST', '/api/runs/import', file)
        statuses.push(status)
        if (status >= 500 && status !== 503 && status !== 507) problems.push(`${name}: ${status}`)
      })
      return { done: tally(statuses), problems }
    },
  },
]
