import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startApp } from '../../support/start-app.ts'
import { times, type Attack, type Outcome, type Scene } from './attack.ts'
import type { Report } from './bystander.ts'
import { limitMemory, prioritise, readPeakMb } from './memory-limit.ts'
import { createStranger } from './stranger.ts'

/** Those who use the server meanwhile, in this process or in one of their own. */
export type Others = {
  start: (url: string, seed: number) => Promise<void>
  mourn: () => void
  end: (url: string) => Promise<Report>
}

export type Result = Outcome & { report: Report; deaths: number; peakMb: number; isHard: boolean; seconds: number }

const sampleMs = 100
/** A model that takes pictures and videos, and costs. */
const models = [
  {
    id: 'siege-vl',
    label: 'Siege VL',
    thinking: 'switchable',
    thinkingDefault: false,
    switch: 'enable_thinking',
    media: ['image', 'video'],
    pixels: { factor: 32, min: 65_536, max: 2_621_440, highMax: 16_777_216 },
    video: { minS: 2, maxS: 600, minFrames: 4, maxFrames: 512, framePixels: 655_360, totalPixels: 819_200_000 },
    maxInputTokens: 1_000_000,
    maxOutputTokens: 32_768,
  },
]
export const modelsFile = JSON.stringify(models)

/**
 * Starts the built server with so much memory and the limits that it has towards everybody, lets the attack at it for so
 * long while others use it, and looks at what is left. `share` of what can be done in numbers is done, all if absent.
 */
export async function runAttack(
  attack: Attack,
  others: Others,
  options: { modelUrl: string; modelsPath: string; megabytes: number; seconds: number; seed: number; share?: number },
): Promise<Result> {
  await attack.prepare?.()
  const dir = mkdtempSync(join(tmpdir(), 'showwork-siege-'))
  const limit = limitMemory(options.megabytes)
  const env = {
    MODEL_BASE_URL: `${options.modelUrl}/v1`,
    MODELS_FILE: options.modelsPath,
    DEFAULT_MODEL: 'siege-vl',
    // So that everybody comes from an address of their own, and nobody counts as this machine.
    TRUST_PROXY: '127.0.0.1',
    LOG_LEVEL: 'error',
    ...attack.env?.(dir),
  }
  let app = await startApp(dir, env, limit.launcher)
  prioritise(app.pid, -10)
  const startedAt = performance.now()
  let deaths = 0
  let peakMb = 0
  const sample = () => {
    peakMb = Math.max(peakMb, readPeakMb(app.pid))
    if (deaths > 0 || app.isAlive()) return
    deaths += 1
    others.mourn()
  }
  await others.start(app.url, options.seed)
  const sampling = setInterval(sample, sampleMs)
  let addresses = 0
  const signal = AbortSignal.timeout(options.seconds * 1000)
  const scene: Scene = {
    url: app.url,
    port: Number(new URL(app.url).port),
    dataDir: dir,
    stranger(address) {
      addresses += 1
      return createStranger(app.url, address ?? `203.0.113.${addresses % 250}`, signal)
    },
    many: (count) => times(Math.ceil(count * (options.share ?? 1))),
    signal,
    after: (share) => AbortSignal.timeout(options.seconds * 1000 * share),
    isAlive: app.isAlive,
  }
  try {
    const outcome = await attack.run(scene).catch((error: unknown): Outcome => {
      // When time is over an attack breaks off anywhere.
      return { done: 'broken off', ...(!signal.aborted && { problems: [String(error)] }) }
    })
    // Its sockets close before its process is known to have ended.
    await sleep(300)
    sample()
    if (!app.isAlive()) app = await startApp(dir, env, limit.launcher)
    const report = await others.end(app.url)
    sample()
    return { ...outcome, report, deaths, peakMb, isHard: limit.isHard, seconds: (performance.now() - startedAt) / 1000 }
  } finally {
    clearInterval(sampling)
    await app.end('SIGKILL')
    limit.remove()
    attack.clear?.(dir)
    rmSync(dir, { recursive: true, force: true })
  }
}
