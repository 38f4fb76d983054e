import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createWire } from '../support/fake-wire.ts'
import { startNginx } from '../support/nginx.ts'
import { ask, watch } from '../support/script.ts'
import { startApp } from '../support/start-app.ts'

/** One response through an nginx with its own limits of 60 s, from a model that says nothing for long. Throws where it breaks. */
export async function checkSilence(binary: string, dir: string, seconds: number) {
  const model = createServer((request, response) => {
    request.resume()
    const wire = createWire('openai', response)
    wire.thinking('Let me think.')
    setTimeout(() => {
      wire.answer('Done.')
      wire.finish('stop')
    }, seconds * 1000)
  })
  await new Promise<void>((resolve) => model.listen(0, '127.0.0.1', resolve))
  const app = await startApp(dir, {
    MODEL_BASE_URL: `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`,
    SILENCE_TIMEOUT_S: String(seconds + 60),
  })
  const nginx = await startNginx(binary, Number(new URL(app.url).port), { http: 'gzip on;' })
  const { run, cookie } = await ask(app.url, 'Be silent.')
  const types: string[] = []
  // One connection: `watch` does not come again.
  await watch(nginx.url, run.id, cookie, ({ type }) => types.push(type))
  await nginx.close()
  await app.end('SIGTERM')
  model.close()
  model.closeAllConnections()
  if (types.at(-1) !== 'finish') throw new Error(`the stream ended after ${types.join(', ')}`)
}
