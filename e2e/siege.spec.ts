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

const names = ['bodies', 'resume-storm']

/** Several attacks on one server at the same time. */
const together: Attack = {
  name: 'together',
  what: 'a part of the siege',
  async run(scene) {
    const chosen = attacks.filter(({ name }) => names.includes(name))
    const outcomes = await Promise.all(chosen.map((attack) => attack.run(scene)))
    return {
      done: outcomes.map(({ done }) => done).join('; '),
      problems: outcomes.flatMap(({ problems = [] }) => problems),
    }
  },
}

test('attacked from all sides within 512 MB the server lives, and loses nothing of what others were shown', async () => {
  test.slow()
  const dir = mkdtempSync(join(tmpdir(), 'showwork-siege-'))
  const modelsPath = join(dir, 'models.json')
  writeFileSync(modelsPath, modelsFile)
  const upstream = await startSiegeUpstream()
  const options = { modelUrl: upstream.url, modelsPath, megabytes: 512, seconds: 60, seed: 1, share: 0.1 }
  const result = await runAttack(together, createOthers(), options)
  expect(findFaults(result, 512)).toEqual([])
  expect(result.done).not.toBe('broken off')
  // Somebody used it meanwhile.
  expect(result.report.questions.length).toBeGreaterThan(3)
  upstream.close()
  rmSync(dir, { recursive: true, force: true })
})
