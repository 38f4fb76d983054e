import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { createServer as createPlainServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { en } from '../src/shared/messages/en.ts'
import { createCertificate } from '../src/server/testing/create-certificate.ts'
import { expect, startApp, test } from './support/app.ts'
import { createWire } from './support/fake-wire.ts'
import { ask, readRun } from './support/script.ts'

/** A model service over TLS, or something else at its address; counts the questions that it was sent. */
async function startUpstream(tls: { cert: string; key: string } | 'hangs up' | 'speaks no TLS') {
  let questions = 0
  const server =
    typeof tls === 'string'
      ? createPlainServer((socket) => {
          socket.on('error', () => {})
          socket.once('data', () =>
            tls === 'hangs up' ? socket.destroy() : socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
          )
        })
      : createServer(tls, (request, response) => {
          if (request.method === 'POST') questions += 1
          request.resume()
          const wire = createWire('openai', response)
          wire.answer('Trusted.')
          wire.finish('stop')
        })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { port, questions: () => questions, close: () => server.close() }
}

test('a model service whose certificate cannot be trusted gets no question, and the page says why', async ({
  page,
}) => {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-tls-'))
  const trusted = createCertificate(['127.0.0.1'])
  const expired = createCertificate(['127.0.0.1'], Date.now() - 60_000)
  const elsewhere = createCertificate(['model.example'])
  const authorities = join(dir, 'authorities.pem')
  writeFileSync(authorities, [trusted, expired, elsewhere].map(({ cert }) => cert).join(''))
  const cases = [
    ['trusted', trusted, 'finished'],
    ['vouched for by nobody', createCertificate(['127.0.0.1']), 'upstream-untrusted'],
    ['expired', expired, 'upstream-untrusted'],
    ['of another host', elsewhere, 'upstream-untrusted'],
    ['plain', 'speaks no TLS', 'upstream-untrusted'],
    ['cut off', 'hangs up', 'upstream-unreachable'],
  ] as const
  await Promise.all(
    cases.map(async ([name, tls, expected]) => {
      const upstream = await startUpstream(tls)
      const app = await startApp(join(dir, name), {
        MODEL_BASE_URL: `https://127.0.0.1:${upstream.port}/v1`,
        NODE_EXTRA_CA_CERTS: authorities,
      })
      const { run, cookie } = await ask(app.url, `Are you ${name}?`)
      const read = async () => await readRun(app.url, run.id, cookie)
      const told = async () => (await read()).error?.code ?? (await read()).status
      await expect.poll(told, { message: name }).toBe(expected)
      const isReached = expected === 'finished'
      expect(await read()).toMatchObject(
        isReached ? { answerText: 'Trusted.' } : { error: { retryable: name === 'cut off' } },
      )
      expect(upstream.questions()).toBe(isReached ? 1 : 0)
      if (name === 'expired') {
        await page.goto(app.url)
        await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Are you there?')
        await page.keyboard.press('Enter')
        await expect(page.getByRole('alert')).toContainText(en.runErrors['upstream-untrusted'])
      }
      await app.end('SIGTERM')
      upstream.close()
    }),
  )
  rmSync(dir, { recursive: true, force: true })
})
