import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from './support/app.ts'
import type { Attack } from './survival/siege/attack.ts'
import { attacks } from './survival/siege/attacks.ts'
import { findFaults } from './survival/siege/judge.ts'
import { createOthers } from './survival/siege/others.ts'
import { modelsFile, runAttack } from './survival/siege/run-attack.ts'
import { startSiegeUpstream } from './survival/siege/upstream.ts'

const names = ['upstream-endings', 'pictures-named-often', 'bodies', 'deaf-requests']

/** Several attacks on one server, one after the other. */
const several: Attack = {
  name: 'several',
  what: 'a part of the siege',
  async run(scene) {
    const done: string[] = []
    const problems: string[] = []
    for (const attack of attacks.filter(({ name }) => names.includes(name))) {
      const outcome = await attack.run(scene)
      done.push(outcome.done)
      problems.push(...(outcome.problems ?? []))
    }
    return { done: done.join('; '), problems }
  },
}

test('attacked from all sides within 512 MB the server lives, and loses nothing of what others were shown', async () => {
  test.slow()
  const dir = mkdtempSync(join(tmpdir(), 'showwork-siege-'))
  const modelsPath = join(dir, 'models.json')
  writeFileSync(modelsPath, modelsFile)
  const upstream = await startSiegeUpstream()
  const options = { modelUrl: upstream.url, modelsPath, megabytes: 512, seconds: 60, seed: 1, share: 0.1 }
  const result = await runAttack(several, createOthers(), options)
  expect(findFaults(result, 512)).toEqual([])
  expect(result.done).not.toBe('broken off')
  // Somebody used it meanwhile.
  expect(result.report.questions.length).toBeGreaterThan(3)
  upstream.close()
  rmSync(dir, { recursive: true, force: true })
})
