import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { reduceRun, type Run, type RunEvent } from '../../src/shared/run/run.ts'
import type { StartedPostgres } from '../../src/tools/postgres.mjs'
import { ask, readRun, watch } from '../support/script.ts'
import { createRandom } from './random.ts'
import { startScriptedUpstream, toScript } from './scripted-upstream.ts'

type Server = { url: string; end: (signal: NodeJS.Signals) => Promise<void> }
export type Blow = 'producer' | 'follower' | 'database'

const patienceMs = 60_000

const isEnd = ({ type }: RunEvent) => type === 'finish' || type === 'error'

function check(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(what)
}

/** All that is shown, over one connection, or over as many as it takes where the instance lives on. */
async function see({ url }: Server, id: string, cookie: string, seen: RunEvent[], isLasting: boolean) {
  for (;;) {
    await watch(url, id, cookie, (event) => seen.push(event), seen.at(-1)?.seq ?? 0)
    if (!isLasting || seen.some(isEnd)) return
    await sleep(50)
  }
}

/**
 * Two instances on one Postgres: runs are asked for on one and watched on both, and in the middle the one that produces
 * them is killed, the one that follows, or the database. Whatever anybody saw is there afterwards, on the instance that
 * is left, and every run has exactly one end. Throws where not.
 */
export async function checkCluster(
  startServer: (modelUrl: string) => Promise<Server>,
  postgres: StartedPostgres,
  options: { blows: Blow[]; runs: number; seed: number },
) {
  const random = createRandom(options.seed)
  const upstream = await startScriptedUpstream(6)
  let [producer, follower] = await Promise.all([startServer(upstream.url), startServer(upstream.url)])
  let seed = options.seed
  let interrupted = 0
  let finished = 0
  let seenEvents = 0
  let slowestMs = 0
  for (const blow of options.blows) {
    const asked = await Promise.all(
      Array.from({ length: options.runs }, async () => {
        const own = (seed += 1)
        const { run, cookie } = await ask(producer.url, `[[seed:${own}]]`)
        const here: RunEvent[] = []
        const there: RunEvent[] = []
        const gone = Promise.all([
          see(producer, run.id, cookie, here, blow !== 'producer'),
          see(follower, run.id, cookie, there, blow !== 'follower'),
        ])
        return { seed: own, run, cookie, here, there, gone }
      }),
    )
    const seen = () => asked.reduce((sum, { here, there }) => sum + here.length + there.length, 0)
    const isLive = () => asked.some(({ here }) => !here.some(isEnd))
    const wanted = random.between(2 * options.runs, 10 * options.runs)
    while (isLive() && seen() < wanted) await sleep(5)
    const struckAt = performance.now()
    if (blow === 'producer') await producer.end('SIGKILL')
    if (blow === 'follower') await follower.end('SIGKILL')
    if (blow === 'database') {
      await postgres.stop(random.isLucky(0.5) ? 'SIGQUIT' : 'SIGINT')
      await sleep(random.between(0, 500))
      await postgres.start()
    }
    await Promise.race([Promise.all(asked.map(({ gone }) => gone)), sleep(patienceMs)])
    for (const one of asked) {
      const [here, there] = [one.here, one.there].map(
        (shown) => `${shown.length}${shown.some(isEnd) ? ' and the end' : ''}`,
      )
      const isOver = (blow === 'producer' || one.here.some(isEnd)) && (blow === 'follower' || one.there.some(isEnd))
      check(isOver, `${blow}, seed ${one.seed} does not end: ${one.run.id}, events seen ${here}, elsewhere ${there}`)
    }
    slowestMs = Math.max(slowestMs, performance.now() - struckAt)
    const left = blow === 'producer' ? follower : producer
    for (const one of asked) {
      const say = (what: string) => `${blow}, seed ${one.seed}: ${what}`
      const events: RunEvent[] = []
      await watch(left.url, one.run.id, one.cookie, (event) => events.push(event))
      const saved: Run = await readRun(left.url, one.run.id, one.cookie)
      const script = toScript(one.seed)
      for (const shown of [one.here, one.there]) {
        check(isDeepStrictEqual(events.slice(0, shown.length), shown), say('what was seen is not there'))
      }
      // Whoever watches on an instance that is left sees all of it, whatever happened to the others.
      if (blow !== 'follower') check(one.there.length === events.length, say('the follower did not see the end'))
      if (blow !== 'producer') check(one.here.length === events.length, say('the producer did not show the end'))
      check(
        events.every(({ seq }, index) => seq === index + 1),
        say('numbers have a gap'),
      )
      check(events.filter(isEnd).length === 1 && events.findIndex(isEnd) === events.length - 1, say('not one end'))
      check(isDeepStrictEqual(events.reduce(reduceRun, one.run), saved), say('events and texts differ'))
      check(script.thinking.startsWith(saved.thinkingText), say('the thinking is not what the model said'))
      check(script.answer.startsWith(saved.answerText), say('the answer is not what the model said'))
      if (saved.error) {
        check(blow === 'producer' && saved.error.code === 'interrupted', say(`it failed with ${saved.error.code}`))
        interrupted += 1
      } else {
        check(script.answer === saved.answerText, say('something is missing'))
        finished += 1
      }
      seenEvents += one.here.length + one.there.length
    }
    if (blow === 'producer') producer = await startServer(upstream.url)
    if (blow === 'follower') follower = await startServer(upstream.url)
  }
  await Promise.all([producer.end('SIGTERM'), follower.end('SIGTERM')])
  upstream.close()
  return { interrupted, finished, seenEvents, slowestMs }
}
