import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import { unzip } from '../../../../e2e/support/unzip.ts'
import type { Run } from '../../../shared/run/run.ts'
import { toDocx } from '../../export/docx/to-docx.ts'
import { createDraw } from '../../export/draw-texts.ts'
import type { FilePlace } from '../../export/file-messages.ts'
import { inThread } from '../../text-workers/in-thread.ts'

const toPlace = (run: Run): FilePlace => ({
  language: 'en',
  hasThinking: true,
  isDemo: false,
  labels: new Map([[run.model, run.thinkingText]]),
})
const draw = createDraw(inThread, 'v')
const toRun = (text: string): Run => ({
  id: 'r',
  question: text,
  media: [],
  model: text.slice(0, 200),
  thinking: { enabled: true },
  status: 'failed',
  error: { code: 'internal', message: text, retryable: false },
  thinkingText: text,
  answerText: text,
  createdAt: 0,
  lastSeq: 9,
})

/** Characters that no XML 1.0 holds, however they are written. */
const notInXml =
  /(?![\t\n\r\u007f-\u009f])\p{Cc}|[\ufffe\uffff]|&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef])|0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45]));/iu

/** What Word opens: the names of its elements, by file. Throws where it would refuse one. */
async function readWord(text: string) {
  const names: string[] = []
  const run = toRun(text)
  async function* items() {
    yield { run, timeline: '', pictures: [] }
  }
  const pieces: Uint8Array[] = []
  for await (const piece of toDocx(items, toPlace(run), draw)) pieces.push(piece)
  for (const [file, bytes] of unzip(Buffer.concat(pieces))) {
    const xml = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    expect(notInXml.exec(xml), file).toBeNull()
    const parser = new SaxesParser({ xmlns: true })
    parser.on('opentag', ({ name }) => names.push(name))
    parser.on('error', (error) => {
      throw error
    })
    parser.write(xml).close()
  }
  return names
}

test('whatever characters and marks a text is made of, Word can open it', async () => {
  const pieces = fc.constantFrom(
    ...'\0 \x01 \x08 \x0b \x0c \x1b \x7f \x85 \u200b \u202e \u2028 \ufeff \ufffe \uffff \ud800 \udfff 😀 ]]> &#0; &#x1f; &lt; & < > " \''.split(
      ' ',
    ),
    ...'$ $$ \\( \\) \\[ \\] \\ { } ^ _ & # % ~ \\frac \\sqrt \\text{ \\left( \\right. \\sum \\begin{matrix} \\end{matrix} \\\\ \\href{javascript:x}{y}'.split(
      ' ',
    ),
    ...'* ** ` ``` | - > # ! [ ] ( ) <b> <!--'.split(' '),
    '\n',
    '\n\n',
    '\t',
    '\r',
    ' ',
    'x',
    '因',
    '| a | b |\n| - | - |\n',
    '[a](https://a.example/?b=1&c="2")',
    '[l]: x:y\n\n[l]',
  )
  const texts = fc.array(pieces, { maxLength: 24 }).map((parts) => parts.join(''))
  await fc.assert(
    fc.asyncProperty(texts, async (text) => void (await readWord(text))),
    { numRuns: Number(process.env['WORD_RUNS'] ?? 200) },
  )
})

const long: Record<string, string> = {
  ...Object.fromEntries(
    [500, 2_000, 4_000, 8_000].map((count) => [`a row of ${count} symbols`, `$${'x+'.repeat(count / 2)}x$`]),
  ),
  'a row of twenty thousand symbols': `$${'x+'.repeat(10_000)}x$`,
  'two thousand sums in each other': `$${'\\sum_{i} '.repeat(2_000)}x$`,
  'four hundred brackets in each other': `$${'\\left('.repeat(400)}x${'\\right)'.repeat(400)}$`,
  'two hundred roots in each other': `$${'\\sqrt{'.repeat(200)}x${'}'.repeat(200)}$`,
  'a matrix of ten thousand places': `$$\\begin{matrix}${`${'a & '.repeat(100)}a \\\\ `.repeat(100)}\\end{matrix}$$`,
  'two thousand quotes in each other': `${'> '.repeat(2_000)}x`,
  'ten thousand links': '[a](https://a.example/) '.repeat(10_000),
}
test.each(Object.entries(long))('Word can open %s', async (_name, text) => {
  expect(await readWord(text)).toContain('w:t')
})
