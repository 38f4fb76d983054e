import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Run } from '../../../../src/shared/run/run.ts'
import { findFaketime } from '../../../../src/tools/find-program.mjs'
import { tally, type Attack } from '../attack.ts'

const jumps = ['+1d', '-1d', '+20d', '-400d', '+3h', '+0']
const fileOf = (dir: string) => join(dir, 'clock')

export const clockAttacks: Attack[] = [
  {
    name: 'clock-jumps',
    what: 'a clock that is set forth and back by hours, days and a year while runs go on',
    env(dir): Record<string, string> {
      const library = findFaketime()
      writeFileSync(fileOf(dir), '+0')
      if (library === undefined) return {}
      return {
        LD_PRELOAD: library,
        FAKETIME_TIMESTAMP_FILE: fileOf(dir),
        FAKETIME_CACHE_DURATION: '1',
        // What passes goes on passing: only the time of day is set.
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      }
    },
    async run({ stranger, dataDir, signal }) {
      const visitor = stranger()
      const { id } = await visitor.ask('[[stream:10]]')
      const read = async () => JSON.parse((await visitor.send('GET', `/api/runs/${id}`)).text) as Run
      const statuses: number[] = []
      const years = new Set<string>()
      for (const jump of jumps) {
        if (signal.aborted) break
        writeFileSync(fileOf(dataDir), jump)
        await sleep(2_500, undefined, { signal }).catch(() => {})
        const asked = await visitor.sendJson('POST', '/api/runs', { question: '[[text:100]]' })
        statuses.push(asked.status)
        const made = JSON.parse(asked.text || '{}') as Partial<Run>
        if (made.createdAt !== undefined) years.add(new Date(made.createdAt).toISOString().slice(0, 4))
      }
      const { status, answerText } = await read()
      const problems = [
        statuses.some((each) => each !== 201) && `asking gave ${tally(statuses)}`,
        status !== 'answering' && `the run that went on is ${status}`,
        answerText.length < 10_000 && 'the run that went on stands still',
      ]
      const done = `${statuses.length} jumps, questions of the years ${[...years].join(', ')}: ${tally(statuses)}`
      return { done, problems: problems.filter((problem) => problem !== false) }
    },
  },
]
