import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as listen, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Run } from '../shared/run/run.ts'
import { composeServer } from './compose.ts'
import { parseSettings } from './settings.ts'

/** What a model says that may yet turn out to be thinking. */
const said = 'The answer is 4'
let replies: ServerResponse[] = []
let app: Awaited<ReturnType<typeof composeServer>>
let closers: (() => void)[] = []
const failures: unknown[] = []

async function start(silenceS = '60') {
  replies = []
  const upstream = listen((request, response) => {
    request.resume()
    if (request.method !== 'POST') return response.writeHead(404).end()
    replies.push(response)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    return response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: said } }] })}\n\n`)
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const dir = mkdtempSync(join(tmpdir(), 'showwork-held-'))
  app = await composeServer(
    parseSettings({
      DATA_DIR: dir,
      MODEL_BASE_URL: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`,
      SILENCE_TIMEOUT_S: silenceS,
      SHUTDOWN_GRACE_S: '0',
    }),
    (error) => failures.push(error),
  )
  closers = [() => upstream.closeAllConnections(), () => upstream.close(), () => rmSync(dir, { recursive: true })]
}
afterEach(async () => {
  await app.shutDown()
  await app.close()
  for (const close of closers) close()
  expect(failures).toEqual([])
})

const json = { host: 'localhost', 'content-type': 'application/json' }

async function ask(model: string, silenceS?: string) {
  await start(silenceS)
  const body = JSON.stringify({ question: 'How many?', model })
  const response = await app.app.request('/api/runs', { method: 'POST', headers: json, body })
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { id } = (await response.json()) as Run
  const read = async (): Promise<Run> =>
    (await (await app.app.request(`/api/runs/${id}`, { headers: { ...json, cookie } })).json()) as Run
  const post = async (path: string) =>
    await app.app.request(`/api/runs/${id}${path}`, { method: 'POST', headers: { ...json, cookie } })
  await expect.poll(() => replies.length).toBe(1)
  return { read, post }
}

// Of the first thinking is asked for, so that its text waits longer.
const models = ['qwen3.8-flash', 'qwen3-vl-plus']

test.each(models)(
  'of %s text that waits for a tag is shown before long, although nothing more comes',
  async (model) => {
    const { read } = await ask(model)
    await expect.poll(async () => (await read()).answerText, { timeout: 15_000 }).toBe(said)
    expect((await read()).status).toBe('answering')
  },
)

test.each(models)('of %s what was held back is kept by a stop', async (model) => {
  const { post, read } = await ask(model)
  await post('/stop')
  expect(await read()).toMatchObject({ answerText: said, status: 'finished', finish: 'stopped' })
})

test.each(models)('of %s what was held back is kept by a silence', async (model) => {
  const { read } = await ask(model, '0.2')
  await expect.poll(async () => (await read()).error?.code, { timeout: 15_000 }).toBe('silence-timeout')
  expect(await read()).toMatchObject({ answerText: said })
})

test.each(models)('of %s what was held back is kept by a reset, and not paid for twice', async (model) => {
  const { read } = await ask(model)
  replies[0]?.destroy()
  await expect.poll(async () => (await read()).error?.code).toBe('cut-off')
  expect(await read()).toMatchObject({ answerText: said })
  expect(replies).toHaveLength(1)
})

test.each(models)('of %s what was held back is kept by an error', async (model) => {
  const { read } = await ask(model)
  replies[0]?.end('data: {"error":{"code":"data_inspection_failed","message":"Output data may be inappropriate."}}\n\n')
  await expect.poll(async () => (await read()).error?.code).toBe('moderation-output')
  expect(await read()).toMatchObject({ answerText: said })
})

test.each(models)('of %s what was held back is kept by the end of the server', async (model) => {
  const { read } = await ask(model)
  await app.shutDown()
  expect(await read()).toMatchObject({ answerText: said, error: { code: 'interrupted' } })
})
