import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { reduceRun, type Run, type RunEvent } from '../../src/shared/run/run.ts'
import { ask, readRun, watch } from '../support/script.ts'
import { createRandom } from './random.ts'
import { startScriptedUpstream, toScript } from './scripted-upstream.ts'

type Server = { url: string; end: (signal: NodeJS.Signals) => Promise<void> }

const isEnd = ({ type }: RunEvent) => type === 'finish' || type === 'error'

function check(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(what)
}

/**
 * Kills the server again and again in the middle of live runs. After each start: whatever a viewer saw is there, every
 * run has exactly one end, its events and its texts say the same. Throws where not.
 */
export async function killLoop(
  startServer: (modelUrl: string) => Promise<Server>,
  options: { kills: number; runs: number; seed: number },
) {
  const random = createRandom(options.seed)
  const upstream = await startScriptedUpstream(6)
  let server = await startServer(upstream.url)
  let interrupted = 0
  let finished = 0
  let seenEvents = 0
  let slowestMs = 0
  let seed = options.seed
  for (let kill = 1; kill <= options.kills; kill += 1) {
    const asked = await Promise.all(
      Array.from({ length: options.runs }, async () => {
        const own = (seed += 1)
        const { run, cookie } = await ask(server.url, `[[seed:${own}]]`)
        const seen: RunEvent[] = []
        const gone = watch(server.url, run.id, cookie, (event) => seen.push(event))
        return { seed: own, run, cookie, seen, gone }
      }),
    )
    // Now before anybody saw anything, now in full flow.
    const wanted = random.between(0, 6 * options.runs)
    const isLive = () => asked.some(({ seen }) => !seen.some(isEnd))
    while (isLive() && asked.reduce((sum, { seen }) => sum + seen.length, 0) < wanted) await sleep(5)
    await server.end('SIGKILL')
    await Promise.all(asked.map(({ gone }) => gone))
    server = await startServer(upstream.url)
    const startedAt = performance.now()
    await Promise.all(
      asked.map(async (one) => {
        const say = (what: string) => `kill ${kill}, seed ${one.seed}: ${what}`
        const events: RunEvent[] = []
        // Of a run without an owner the stream waits for the end.
        await watch(server.url, one.run.id, one.cookie, (event) => events.push(event))
        slowestMs = Math.max(slowestMs, performance.now() - startedAt)
        const saved: Run = await readRun(server.url, one.run.id, one.cookie)
        check(isDeepStrictEqual(events.slice(0, one.seen.length), one.seen), say('what was seen is not there'))
        check(
          events.every(({ seq }, index) => seq === index + 1),
          say('numbers have a gap'),
        )
        check(events.filter(isEnd).length === 1 && events.findIndex(isEnd) === events.length - 1, say('not one end'))
        check(isDeepStrictEqual(events.reduce(reduceRun, one.run), saved), say('events and texts differ'))
        const script = toScript(one.seed)
        check(script.thinking.startsWith(saved.thinkingText), say('the thinking is not what the model said'))
        check(script.answer.startsWith(saved.answerText), say('the answer is not what the model said'))
        if (saved.error) {
          check(saved.error.code === 'interrupted' && saved.error.retryable, say(`it failed with ${saved.error.code}`))
          interrupted += 1
        } else {
          check(script.answer === saved.answerText, say('something is missing'))
          finished += 1
        }
        seenEvents += one.seen.length
      }),
    )
  }
  await server.end('SIGTERM')
  upstream.close()
  return { interrupted, finished, seenEvents, slowestMs }
}
