import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApp } from '../support/start-app.ts'
import { findLibreOffice, findNginx } from '../../src/tools/find-program.mjs'
import { findPostgres, startPostgres } from '../../src/tools/postgres.mjs'
import { checkCluster, type Blow } from './cluster.ts'
import { checkDelivery } from './deliver.ts'
import { checkSilence } from './silence.ts'
import { checkRestart } from './restart.ts'
import { killLoop } from './kill-loop.ts'
import { checkWord } from './word.ts'

/** `name=number` arguments over what is usual here. */
const given = Object.fromEntries(process.argv.slice(2).map((argument) => argument.split('=')))
const count = (name: string, usual: number) => Number(given[name] ?? usual)
const seed = count('seed', Date.now() % 1_000_000)
console.log(`seed=${seed}`)

async function inFreshDir<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-soak-'))
  try {
    return await work(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const runs = count('runs', 3_000)
if (runs > 0) {
  const result = await inFreshDir((dir) =>
    checkDelivery(
      async (modelUrl) => {
        const app = await startApp(dir, { MODEL_BASE_URL: `${modelUrl}/v1` })
        return { url: app.url, end: () => app.end('SIGTERM') }
      },
      { runs, atOnce: 60, seed },
    ),
  )
  console.log(`delivery: ${runs} runs as they should be`, result)
}

const silence = count('silence', 600)
if (silence > 0) {
  const binary = findNginx()
  if (binary === undefined) throw new Error('There is no nginx here and none can be had.')
  await inFreshDir((dir) => checkSilence(binary, dir, silence))
  console.log(`nginx with its own limits: a stream survived ${silence} silent seconds`)
}

const kills = count('kills', 100)
if (kills > 0) {
  const result = await inFreshDir((dir) =>
    killLoop((modelUrl) => startApp(dir, { MODEL_BASE_URL: `${modelUrl}/v1` }), { kills, runs: 50, seed }),
  )
  console.log(`kill -9: ${kills} times, nothing shown was lost`, result)
}

const blows = count('blows', 60)
if (blows > 0) {
  const bin = findPostgres()
  if (bin === undefined) throw new Error('There is no PostgreSQL here and none can be had.')
  const kinds: Blow[] = ['producer', 'follower', 'database']
  const result = await inFreshDir(async (dir) => {
    const postgres = await startPostgres(bin)
    const env = { DATABASE_URL: postgres.url() }
    try {
      return await checkCluster(
        (modelUrl) => startApp(mkdtempSync(join(dir, 'data-')), { MODEL_BASE_URL: `${modelUrl}/v1`, ...env }),
        postgres,
        { blows: Array.from({ length: blows }, (_, index) => kinds[index % 3] ?? 'database'), runs: 30, seed },
      )
    } finally {
      await postgres.close()
    }
  })
  console.log(
    `two instances on Postgres: ${blows} times one of them or the database killed, nothing shown was lost`,
    result,
  )
}

const restarts = count('restarts', 30)
if (restarts > 0) {
  const bin = findPostgres()
  if (bin === undefined) throw new Error('There is no PostgreSQL here and none can be had.')
  const result = await inFreshDir(async (dir) => {
    const postgres = await startPostgres(bin)
    const env = { DATABASE_URL: postgres.url() }
    const start = (modelUrl: string) => startApp(dir, { MODEL_BASE_URL: `${modelUrl}/v1`, ...env })
    try {
      return await checkRestart(start, postgres, { clients: 40, restarts, seed })
    } finally {
      await postgres.close()
    }
  })
  console.log(`Postgres started anew ${restarts} times under load: each question asked once, nothing lost`, result)
}

if (count('word', 1) > 0) {
  const binary = findLibreOffice()
  if (binary === undefined) throw new Error('There is no LibreOffice here and none can be had.')
  console.log(`Word: LibreOffice found all ${await inFreshDir((dir) => checkWord(binary, dir))} equations`)
}
