import sharp from 'sharp'
import { inParallel, tally, times, type Attack, type Scene } from '../attack.ts'
import { toArchivedRun } from '../stranger.ts'

const createHeavyPicture = async () =>
  await sharp({
    create: {
      width: 2_400,
      height: 1_600,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .jpeg({ quality: 97, chromaSubsampling: '4:4:4' })
    .toBuffer()

/** A conversation of so many questions, each with an answer of four million characters. */
async function importThread({ stranger }: Scene, turns: number) {
  const visitor = stranger()
  const answerText = 'So it is, as was to be shown. '.repeat(130_000)
  let last = toArchivedRun({ answerText })
  const lines = [last]
  for (let turn = 1; turn < turns; turn += 1) lines.push((last = toArchivedRun({ answerText, parent: last.id })))
  return { visitor, run: await visitor.importLines(lines) }
}

async function openMany(scene: Scene, toPaths: (run: string, share: string) => string[]) {
  const { visitor, run } = await importThread(scene, scene.many(30).length)
  const { id } = await visitor.share(run, { scope: 'conversation' })
  const statuses: number[] = []
  const paths = scene.many(60).flatMap(() => toPaths(run, id))
  await inParallel(paths, 8, scene.signal, async (path) => {
    statuses.push((await visitor.send('GET', path)).status)
  })
  return { done: `a conversation of 117 MB, opened: ${tally(statuses)}` }
}

export const memoryAttacks: Attack[] = [
  {
    name: 'pictures-named-often',
    what: 'follow-ups on an imported chain that names one heavy picture again and again',
    async run({ stranger, signal }) {
      const visitor = stranger()
      const data = (await createHeavyPicture()).toString('base64')
      let last = toArchivedRun({ media: Array<string>(64).fill('p') })
      const lines = [last]
      for (let turn = 1; turn < 20; turn += 1)
        lines.push((last = toArchivedRun({ media: last.media, parent: last.id })))
      const parent = await visitor.importLines([{ type: 'media', id: 'p', mime: 'image/jpeg', data }, ...lines])
      const statuses: number[] = []
      await inParallel(times(6), 3, signal, async () => {
        statuses.push((await visitor.sendJson('POST', '/api/runs', { question: '[[text:10]]', parent })).status)
      })
      const { status } = await visitor.send('GET', `/api/runs/${parent}/export?format=html`)
      return {
        done: `${(data.length / 1e6).toFixed(1)} MB named 1,280 times: ${tally(statuses)}; as a file: ${status}`,
      }
    },
  },
  {
    name: 'huge-threads',
    what: 'a conversation of 117 MB, read whole by many',
    run: async (scene) => await openMany(scene, (run) => [`/api/runs/${run}/thread`, `/api/runs/${run}`]),
  },
  {
    name: 'huge-links',
    what: 'the same behind a link: its page, its data, its preview',
    run: async (scene) =>
      await openMany(scene, (_run, share) => [
        `/s/${share}`,
        `/api/shares/${share}`,
        `/api/shares/${share}/preview.png`,
      ]),
  },
  {
    name: 'huge-files',
    what: 'the same as files, several at once, and everything as one',
    run: async (scene) =>
      await openMany(scene, (run) => [
        ...['docx', 'html', 'markdown'].map((format) => `/api/runs/${run}/export?format=${format}`),
        '/api/runs/export',
      ]),
  },
]
