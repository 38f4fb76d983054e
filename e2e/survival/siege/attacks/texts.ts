import { expensive } from '../../../bench/expensive-texts.ts'
import { inParallel, times, type Attack, type Scene } from '../attack.ts'
import { toArchivedRun } from '../stranger.ts'

/** As many definitions and uses of links as make up so many characters. */
const toDefinitions = (chars: number) =>
  times(Math.ceil(chars / 44))
    .map((index) => `[l${index}]: https://a.example/${index}\n\n[l${index}]\n\n`)
    .join('')

/** Opens each text as a link and as every file there is. Answers that fail are what the server should not give. */
async function openAll({ stranger, signal }: Scene, texts: Record<string, string>) {
  const problems: string[] = []
  let opened = 0
  await inParallel(Object.entries(texts), 4, signal, async ([name, answerText]) => {
    const visitor = stranger()
    const run = await visitor.importLines([toArchivedRun({ answerText, thinkingText: answerText })])
    const { id } = await visitor.share(run)
    const files = ['docx', 'html', 'markdown'].map((format) => `/api/runs/${run}/export?format=${format}`)
    for (const path of [`/s/${id}`, `/api/shares/${id}/preview.png`, `/api/runs/${run}/thread`, ...files]) {
      const { status, text } = await visitor.send('GET', path)
      if (status >= 500 && status !== 503)
        problems.push(`${name}: ${status} for ${path.replace(run, 'run')}: ${text.slice(0, 80)}`)
      opened += 1
    }
  })
  return { done: `${opened} pages and files of ${Object.keys(texts).length} texts`, problems }
}

export const textAttacks: Attack[] = [
  {
    name: 'link-definitions',
    what: 'link definitions of growing size, opened as a link, a preview and files',
    run: async (scene) =>
      await openAll(
        scene,
        Object.fromEntries([1_400, 8_800, 20_000, 64_000, 200_000].map((chars) => [`${chars}`, toDefinitions(chars)])),
      ),
  },
  {
    name: 'expensive-texts',
    what: 'the other texts that are dear to read, the same way',
    run: async (scene) => await openAll(scene, expensive),
  },
  {
    name: 'search',
    what: 'searching texts of which normalising makes eighteen times as much',
    async run({ stranger, signal }) {
      const visitor = stranger()
      const run = () => toArchivedRun({ answerText: '\uFDFA'.repeat(1_000_000) })
      for (let count = 0; count < 16; count += 4) await visitor.importLines([run(), run(), run(), run()])
      const searched = await inParallel(times(200), 2, signal, async () => {
        await visitor.send('GET', `/api/runs?q=${encodeURIComponent('\uFDFA'.repeat(11))}`)
      })
      return { done: `${searched} searches in 16 texts of 1,000,000 characters` }
    },
  },
]
