import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attacks } from './attacks.ts'
import { findFaults, findSlow, toFigures } from './judge.ts'
import { prioritise } from './memory-limit.ts'
import { forkOthers } from './others.ts'
import { modelsFile, runAttack } from './run-attack.ts'

const megabytes = 512
const usualSeconds = 20

const readOption = (name: string) => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? undefined : (process.argv[at + 1] ?? '')
}
const ms = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0))

/** Attacks the built server in every way there is, prints a line for each, and resolves to how many it did not withstand. */
export async function siege(tool: string, names: string[], seconds: number, seed: number): Promise<number> {
  const wished = attacks.filter(({ name }) => names.length === 0 || names.some((each) => name.includes(each)))
  if (wished.length === 0)
    throw new Error(`There is no such attack. There are: ${attacks.map(({ name }) => name).join(', ')}`)
  const dir = mkdtempSync(join(tmpdir(), 'showwork-siege-'))
  const modelsPath = join(dir, 'models.json')
  writeFileSync(modelsPath, modelsFile)
  const others = await forkOthers(tool)
  prioritise(0, 10)
  console.log(
    `\n| attack | deaths | lost | /healthz p50 | p99 | worst | question | picture | link | peak MB | what was done |`,
  )
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |')
  let failed = 0
  for (const attack of wished) {
    const options = { modelUrl: others.modelUrl, modelsPath, megabytes, seconds, seed }
    const result = await runAttack(attack, others, options)
    const figures = toFigures(result)
    const { deaths, lost, p50, p99, worst, question, upload, link, peakMb } = figures
    const cells = [deaths, lost, ...[p50, p99, worst, question, upload, link].map(ms), peakMb.toFixed(0), result.done]
    console.log(`| ${attack.name} | ${cells.join(' | ')} |`)
    const faults = [...findFaults(result, megabytes), ...findSlow(result)]
    if (faults.length === 0) continue
    failed += 1
    console.log(`  ✗ ${faults.join('; ')} (this process measured nothing for ${ms(figures.lagMs)} ms at most)`)
  }
  others.close()
  rmSync(dir, { recursive: true, force: true })
  return failed
}

/** As the command line says; the exit code is 1 where something did not hold. */
export async function main(tool: string) {
  if (process.argv.includes('--list')) {
    for (const { name, what } of attacks) console.log(`${name.padEnd(24)} ${what}`)
    return
  }
  const names = (readOption('only') ?? '').split(',').filter((name) => name !== '')
  const seed = Number(readOption('seed') ?? Date.now() % 1_000_000)
  const seconds = Number(readOption('seconds') ?? usualSeconds)
  console.log(`512 MB, at most ${seconds} s each, --seed ${seed}`)
  const failed = await siege(tool, names, seconds, seed)
  console.log(failed === 0 ? '\nEvery attack was withstood.' : `\n${failed} attacks were not withstood.`)
  process.exitCode = failed === 0 ? 0 : 1
}
