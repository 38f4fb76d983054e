import { Agent, get } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import sharp from 'sharp'
import { reduceRun, type Run, type RunEvent } from '../../../src/shared/run/run.ts'
import type { Media } from '../../../src/shared/media.ts'
import { accessCode } from './attacks/access.ts'
import { createStranger, type Stranger } from './stranger.ts'
import { toAnswer } from './upstream.ts'

/** Milliseconds of what was done meanwhile, and what was refused or not answered, as `question 503`. */
export type Report = {
  stalls: number[]
  questions: number[]
  uploads: number[]
  links: number[]
  refused: string[]
  /** What somebody was shown and is not there any more. */
  lost: string[]
  /** The longest time in which this very process measured nothing. */
  ownLagMs: number
}

const visitors = 4
const pollMs = 20
const pauseMs = 700
const answerMs = 30_000

type Asked = { run: Run; seed: number; by: Stranger; seen: RunEvent[] }

const isEnd = ({ type }: RunEvent) => type === 'finish' || type === 'error'

/** A photo of a problem as a phone sends one, no two alike. */
const createPhoto = async (number: number) =>
  new Uint8Array(
    await sharp({
      create: {
        width: 1_200,
        height: 900 + (number % 100),
        channels: 3,
        background: '#ddd',
        noise: { type: 'gaussian', mean: 128 + (number % 7), sigma: 30 },
      },
    })
      .jpeg()
      .toBuffer(),
  )

async function follow({ by, run, seen }: Asked) {
  for await (const event of by.follow(run.id)) seen.push(event)
}

/** What is wrong with a run that somebody watched, where the server was killed meanwhile or not. */
async function findLost({ run, seed, by, seen }: Asked, url: string): Promise<string[]> {
  const again = by.at(url)
  const events: RunEvent[] = []
  await follow({ run, seed, by: again, seen: events }).catch(() => {})
  let reply = await again.send('GET', `/api/runs/${run.id}`)
  for (let tries = 0; reply.status !== 200 && tries < 20; tries += 1) {
    await sleep(pauseMs)
    reply = await again.send('GET', `/api/runs/${run.id}`)
  }
  const saved = JSON.parse(reply.text || '{}') as Partial<Run>
  const said = toAnswer(seed).join('')
  const faults = [
    !isDeepStrictEqual(events.slice(0, seen.length), seen) && 'what was seen is not there',
    !events.every(({ seq }, index) => seq === index + 1) && 'numbers have a gap',
    events.filter(isEnd).length !== 1 && 'not one end',
    !isDeepStrictEqual(events.reduce(reduceRun, run), saved) && 'events and texts differ',
    saved.finish === 'stop' && saved.answerText !== said && 'it is not what the model said',
    !said.startsWith(saved.answerText ?? '') && 'it holds what the model did not say',
  ]
  return faults.filter((fault) => fault !== false).map((fault) => `seed ${seed}: ${fault}`)
}

/**
 * Other visitors, who ask, add a picture, open a link and look whether the server lives, at the pace of people, while
 * somebody attacks it. What it sees of the server it measures in a process of its own, where it can.
 */
export async function startBystander(url: string, firstSeed: number) {
  const aborter = new AbortController()
  const { signal } = aborter
  const report: Report = { stalls: [], questions: [], uploads: [], links: [], refused: [], lost: [], ownLagMs: 0 }
  const lag = monitorEventLoopDelay({ resolution: 5 })
  lag.enable()
  const people = Array.from({ length: visitors }, (_, index) =>
    createStranger(url, `198.51.100.${index + 1}`, AbortSignal.timeout(600_000)),
  )
  const photos = await Promise.all(Array.from({ length: visitors }, (_, index) => createPhoto(firstSeed + index)))
  const asked: Asked[] = []
  let seed = firstSeed
  let isDead = false

  async function timed(name: string, into: number[], work: () => Promise<number>) {
    const startedAt = performance.now()
    const status = await work().catch(() => 0)
    if (isDead) return
    if (status >= 200 && status < 300) into.push(performance.now() - startedAt)
    else report.refused.push(`${name} ${status === 0 ? 'got no answer' : status}`)
  }

  async function askOne(by: Stranger, more: object = {}): Promise<number> {
    const own = (seed += 1)
    const body = { question: `[[other:${own}]]`, ...more }
    const { status, text } = await by.sendJson('POST', '/api/runs', body)
    if (status !== 201) return status
    const one: Asked = { run: JSON.parse(text) as Run, seed: own, by, seen: [] }
    asked.push(one)
    await follow(one)
    return one.seen.some(isEnd) ? 200 : 0
  }

  async function live(by: Stranger, photo: Uint8Array, index: number) {
    // Where no code is set, any is right.
    await by.sendJson('POST', '/api/access', { code: accessCode })
    await timed('question', report.questions, () => askOne(by))
    const first = asked.find((one) => one.by === by)
    const link = first && (await by.share(first.run.id).catch(() => undefined))
    for (let round = 0; !signal.aborted; round += 1) {
      await sleep(pauseMs * (0.5 + ((index + round) % 4) / 4))
      if (round % 3 === 0) await timed('question', report.questions, () => askOne(by))
      // A byte behind the picture's end makes it another file.
      const bytes = Buffer.concat([photo, Buffer.from([round % 256, round >> 8])])
      if (round % 3 === 1)
        await timed('upload', report.uploads, async () => {
          const { status, text } = await by.upload(bytes, 'photo.jpg')
          if (status === 201) void (JSON.parse(text) as Media).id
          return status
        })
      if (round % 3 === 2 && link)
        await timed('link', report.links, async () => (await by.send('GET', new URL(link.url).pathname)).status)
    }
  }

  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  function poll() {
    const startedAt = performance.now()
    const request = get(`${url}/healthz`, { agent, timeout: answerMs }, (response) => {
      response.resume()
      response.on('end', () => report.stalls.push(performance.now() - startedAt))
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => {
      if (!isDead && !signal.aborted) report.refused.push('/healthz got no answer')
    })
  }
  const polling = setInterval(poll, pollMs)
  const lives = people.map((by, index) => live(by, photos[index] ?? new Uint8Array(), index))

  return {
    /** The server is gone: what gets no answer from here on says nothing new. */
    mourn() {
      isDead = true
      clearInterval(polling)
      aborter.abort()
    },
    /** Ends it, and looks whether all that was shown is still there, on the server at `again`. */
    async end(again: string): Promise<Report> {
      aborter.abort()
      await Promise.race([Promise.all(lives), sleep(isDead ? 1_000 : 2 * answerMs)])
      clearInterval(polling)
      agent.destroy()
      report.ownLagMs = lag.max / 1e6
      lag.disable()
      report.lost = (await Promise.all(asked.map((one) => findLost(one, again)))).flat()
      return report
    },
  }
}
