import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { followRun } from '../../src/client/run/follow-run.ts'
import { isEnded, reduceRun, type Run, type RunEvent } from '../../src/shared/run/run.ts'
import { ask, readRun, watch } from '../support/script.ts'
import { startCuttingProxy } from './cutting-proxy.ts'
import { createRandom, type Random } from './random.ts'
import { startScriptedUpstream, toScript } from './scripted-upstream.ts'

/** What the page's code expects around it. */
function pretendBrowser() {
  const nowhere = Object.assign(new EventTarget(), { hidden: false })
  setMaxListeners(0, nowhere)
  Object.assign(globalThis, {
    document: nowhere,
    addEventListener: nowhere.addEventListener.bind(nowhere),
    removeEventListener: nowhere.removeEventListener.bind(nowhere),
  })
}

function check(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(what)
}

/** Follows as the page does and checks every step on the way: only ever more, never other, one end. */
function follow(start: Run, base: string, cookie: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    let before = start
    const leave = followRun(
      start,
      ({ run }) => {
        try {
          check(run.thinkingText.startsWith(before.thinkingText), `${run.id}: shown thinking was changed`)
          check(run.answerText.startsWith(before.answerText), `${run.id}: shown answer was changed`)
          check(run.lastSeq >= before.lastSeq, `${run.id}: events went backwards`)
          check(!isEnded(before) || run.lastSeq === before.lastSeq, `${run.id}: something came after the end`)
          before = run
          if (isEnded(run)) {
            leave()
            resolve(run)
          }
        } catch (error) {
          leave()
          reject(error)
        }
      },
      {
        fetch: (path, init) => fetch(`${base}${String(path)}`, { ...init, headers: { cookie } }),
        schedule: (flush) => setTimeout(flush, 1),
      },
    )
  })
}

async function readEvents(url: string, id: string, cookie: string, after = 0): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  await watch(url, id, cookie, (event) => events.push(event), after)
  return events
}

async function deliver(direct: string, cut: string, seed: number, random: Random): Promise<Run> {
  const { run, cookie } = await ask(direct, `[[seed:${seed}]]`)
  const script = toScript(seed)
  const late = sleep(random.between(0, 400)).then(async () =>
    follow(await readRun(direct, run.id, cookie), cut, cookie),
  )
  const [shown, shownLate] = await Promise.all([follow(run, cut, cookie), late])
  const saved = await readRun(direct, run.id, cookie)
  const say = (what: string) => `seed ${seed}: ${what}`
  check(isDeepStrictEqual(shown, saved), say('the page and the database differ'))
  check(isDeepStrictEqual(shownLate, saved), say('the second tab and the database differ'))
  check(script.thinking.startsWith(saved.thinkingText), say('the thinking is not what the model said'))
  check(script.answer.startsWith(saved.answerText), say('the answer is not what the model said'))
  if (saved.status === 'finished') {
    check(saved.thinkingText === script.thinking && saved.answerText === script.answer, say('something is missing'))
  } else
    check(
      saved.error?.code === 'cut-off' || saved.error?.code === 'upstream-unreachable',
      say(`it failed with ${saved.error?.code}`),
    )

  const events = await readEvents(direct, run.id, cookie)
  check(
    events.every(({ seq }, index) => seq === index + 1),
    say('numbers have a gap'),
  )
  check(
    events.every(({ at }, index) => at >= (events[index - 1]?.at ?? 0)),
    say('time runs backwards'),
  )
  check(events.filter(({ type }) => type === 'finish' || type === 'error').length === 1, say('not exactly one end'))
  check(isDeepStrictEqual(events.reduce(reduceRun, run), saved), say('the events fold to something else'))
  const after = random.between(0, events.length)
  const rest = await readEvents(direct, run.id, cookie, after)
  check(isDeepStrictEqual(rest, events.slice(after)), say(`after ${after} there is not exactly the rest`))
  return saved
}

/**
 * Random runs over networks that cut on both sides of the server: what the page shows is what is saved is what the
 * model said, at every step. Throws at the first run where it is not. Where there is a second instance at `followUrl`,
 * the page follows there.
 */
export async function checkDelivery(
  startServer: (modelUrl: string) => Promise<{ url: string; followUrl?: string; end: () => Promise<void> }>,
  options: { runs: number; atOnce: number; seed: number },
) {
  pretendBrowser()
  const random = createRandom(options.seed)
  const upstream = await startScriptedUpstream()
  const towardsModel = await startCuttingProxy(upstream.port, random, { cutChance: 0.4, maxBytes: 600 })
  const server = await startServer(towardsModel.url)
  const towardsPage = await startCuttingProxy(Number(new URL(server.followUrl ?? server.url).port), random, {
    cutChance: 0.8,
    maxBytes: 6_000,
  })
  const ends: Record<string, number> = {}
  let next = 0
  try {
    await Promise.all(
      Array.from({ length: options.atOnce }, async () => {
        while (next < options.runs) {
          next += 1
          const run = await deliver(server.url, towardsPage.url, options.seed + next, random)
          const end = run.error?.code ?? run.finish ?? ''
          ends[end] = (ends[end] ?? 0) + 1
        }
      }),
    )
    return { ends, cutsToPage: towardsPage.cuts(), cutsToModel: towardsModel.cuts() }
  } finally {
    towardsPage.close()
    towardsModel.close()
    upstream.close()
    await server.end()
  }
}
