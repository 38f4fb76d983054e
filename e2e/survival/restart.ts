import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { isEnded, reduceRun, type Run, type RunEvent } from '../../src/shared/run/run.ts'
import type { StartedPostgres } from '../../src/tools/postgres.mjs'
import { readRun, watch } from '../support/script.ts'
import { createRandom } from './random.ts'
import { startScriptedUpstream, toScript } from './scripted-upstream.ts'

function check(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(what)
}

/** Asks until the server takes the question, always under the same key, as the page does. */
async function askInsistently(url: string, seed: number, cookie: string) {
  for (let tries = 0; tries < 200; tries += 1) {
    const response = await fetch(`${url}/api/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(cookie && { cookie }) },
      body: JSON.stringify({ question: `[[seed:${seed}]]`, key: `${seed}` }),
    })
    if (response.ok) {
      const own = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
      return { run: (await response.json()) as Run, cookie: own }
    }
    check(response.status === 503, `seed ${seed}: asking gave ${response.status} ${await response.text()}`)
    cookie ||= response.headers.get('set-cookie')?.split(';')[0] ?? ''
    await sleep(100)
  }
  throw new Error(`seed ${seed} was never taken`)
}

/**
 * The database is started anew again and again while many ask, one question after the other. Every question is taken in
 * the end, put to the model at most once, and ends; what anybody saw is there. Throws where not.
 */
export async function checkRestart(
  startServer: (modelUrl: string) => Promise<{ url: string; end: (signal: NodeJS.Signals) => Promise<void> }>,
  postgres: StartedPostgres,
  options: { clients: number; restarts: number; seed: number },
) {
  const random = createRandom(options.seed)
  const upstream = await startScriptedUpstream(3)
  const server = await startServer(upstream.url)
  const ends: Record<string, number> = {}
  let seed = options.seed
  let isOver = false

  async function askOne(cookie: string): Promise<string> {
    const own = (seed += 1)
    const asked = await askInsistently(server.url, own, cookie)
    const seen: RunEvent[] = []
    let saved = asked.run
    for (let tries = 0; !isEnded(saved); tries += 1) {
      check(tries < 200, `seed ${own} does not end`)
      await watch(server.url, saved.id, asked.cookie, (event) => seen.push(event), seen.at(-1)?.seq ?? 0)
      const again = await readRun(server.url, saved.id, asked.cookie).catch(() => saved)
      // A database that is away answers with a problem.
      if ('lastSeq' in again) saved = again
      await sleep(50)
    }
    const say = (what: string) => `seed ${own}: ${what}`
    const events: RunEvent[] = []
    await watch(server.url, saved.id, asked.cookie, (event) => events.push(event))
    // The last restart may be just now.
    if (events.length > 0) {
      check(isDeepStrictEqual(events.slice(0, seen.length), seen), say('what was seen is not there'))
      check(isDeepStrictEqual(events.reduce(reduceRun, asked.run), saved), say('events and texts differ'))
    }
    check(upstream.calls(own) <= 1, say(`it was put to the model ${upstream.calls(own)} times`))
    const script = toScript(own)
    if (saved.finish === 'stop') check(saved.answerText === script.answer, say('something is missing'))
    else check(saved.error?.code === 'interrupted', say(`it ended with ${saved.error?.code}`))
    const end = saved.error?.code ?? saved.finish ?? ''
    ends[end] = (ends[end] ?? 0) + 1
    return asked.cookie
  }

  const clients = Array.from({ length: options.clients }, async () => {
    for (let cookie = ''; !isOver;) cookie = await askOne(cookie)
  })
  for (let restart = 0; restart < options.restarts; restart += 1) {
    await sleep(random.between(200, 900))
    await postgres.stop(random.isLucky(0.5) ? 'SIGQUIT' : 'SIGINT')
    await sleep(random.between(0, 300))
    await postgres.start()
  }
  isOver = true
  await Promise.all(clients)
  await server.end('SIGTERM')
  upstream.close()
  return { ends, asked: seed - options.seed }
}
