import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isEnded } from '../src/shared/run/run.ts'
import { endings, startAbruptServer, type Ending } from './support/abrupt-server.ts'
import { expect, startApp, test } from './support/app.ts'
import { createPicture } from './support/picture.ts'
import { ask, readRun } from './support/script.ts'

/** In one burst: a small one is not held up, a longer one by its budget, which is extended, the longest by the journal. */
const sizes = [500, 100_000, 1_400_000]
const cases = endings.flatMap((ending) =>
  [true, false].flatMap((keepAlive) => sizes.map((size) => ({ ending, keepAlive, size }))),
)

const chunk = (choice: object) => `data: ${JSON.stringify({ choices: [choice] })}\n\n`
function toAnswer(size: number): Buffer {
  const pieces = Array.from({ length: size / 500 }, () => chunk({ delta: { content: 'word '.repeat(100) } }))
  return Buffer.from([...pieces, chunk({ delta: {}, finish_reason: 'stop' })].join(''))
}

test('however an answer ends, held up or not, the server lives and what came is there', async () => {
  test.setTimeout(120_000)
  const upstream = await startAbruptServer((request) => {
    const [, ending = '', keepAlive, size] = /\[\[(\S+) (\S+) (\d+)\]\]/.exec(request) ?? []
    return {
      ending: ending as Ending,
      keepAlive: keepAlive === 'true',
      contentType: 'text/event-stream',
      body: toAnswer(Number(size)),
    }
  })
  const dir = mkdtempSync(join(tmpdir(), 'showwork-endings-'))
  const brief = { id: 'brief', label: 'Brief', thinking: 'never', thinkingDefault: false, switch: 'none', media: [] }
  const file = join(dir, 'models.json')
  // Longer answers than this take more from their budget as they go.
  writeFileSync(file, JSON.stringify([{ ...brief, maxOutputTokens: 500 }]))
  const app = await startApp(dir, {
    MODEL_BASE_URL: `http://${upstream.host}/v1`,
    MODELS_FILE: file,
    DEFAULT_MODEL: 'brief',
    TOTAL_TOKENS_PER_DAY: '1000000000',
  })
  const results = await Promise.all(
    cases.map(async ({ ending, keepAlive, size }) => {
      const { run, cookie } = await ask(app.url, `[[${ending} ${keepAlive} ${size}]]`)
      let last = run
      await expect
        .poll(async () => isEnded((last = await readRun(app.url, run.id, cookie))), { timeout: 60_000 })
        .toBe(true)
      // A reset takes with it what was still on its way.
      if (ending === 'reset') return [ending, keepAlive, size, 'ended']
      return [ending, keepAlive, size, last.answerText.length, last.status]
    }),
  )
  expect(results).toEqual(
    cases.map(({ ending, keepAlive, size }) =>
      ending === 'reset' ? [ending, keepAlive, size, 'ended'] : [ending, keepAlive, size, size, 'finished'],
    ),
  )
  expect(app.exitCode()).toBeUndefined()
  expect((await fetch(`${app.url}/readyz`)).status).toBe(200)
  await app.end('SIGTERM')
  upstream.close()
  rmSync(dir, { recursive: true, force: true })
})

test('however a picture from an address ends, the server lives', async () => {
  const picture = await createPicture(300, 180)
  const from = await startAbruptServer((request) => {
    const [, ending = '', keepAlive] = /GET \/(\S+)\/(\S+) /.exec(request) ?? []
    // Behind the end of a PNG there may be anything.
    const body = Buffer.concat([picture, Buffer.alloc(300_000)])
    return { ending: ending as Ending, keepAlive: keepAlive === 'true', contentType: 'image/png', body }
  })
  const dir = mkdtempSync(join(tmpdir(), 'showwork-endings-'))
  const app = await startApp(dir, { MEDIA_FETCH_ALLOW: from.host })
  const add = async (ending: Ending, keepAlive: boolean) => {
    const response = await fetch(`${app.url}/api/media`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ url: `http://${from.host}/${ending}/${keepAlive}` }),
    })
    return response.status
  }
  const whole = new Set<Ending>(['length', 'chunked', 'until-end', 'http-1.0'])
  const statuses = await Promise.all(endings.flatMap((ending) => [add(ending, true), add(ending, false)]))
  expect(statuses).toEqual(endings.flatMap((ending) => (whole.has(ending) ? [201, 201] : [422, 422])))
  expect(app.exitCode()).toBeUndefined()
  await app.end('SIGTERM')
  from.close()
  rmSync(dir, { recursive: true, force: true })
})
