import { spawnSync } from 'node:child_process'
import { mkdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Run } from '../../../../src/shared/run/run.ts'
import { inParallel, tally, times, type Attack, type Scene } from '../attack.ts'
import { toArchivedRun, type Stranger } from '../stranger.ts'

const diskMb = 96

/** A small disk for the data; without the right to mount one the attack meets the machine's own, and quotas alone. */
function mountSmall(dir: string) {
  const small = join(dir, 'small')
  mkdirSync(small)
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMb}m`, 'tmpfs', small])
  return { DATA_DIR: join(small, 'data') }
}
const unmount = (dir: string) => void spawnSync('umount', ['-l', join(dir, 'small')])

const readFreeMb = (scene: Scene) => {
  const { bavail, bsize } = statfsSync(join(scene.dataDir, 'small'))
  return (bavail * bsize) / 1e6
}

/** Whatever filled the disk: who wants to make room, or to end a run, can. */
async function checkLeftovers(owner: Stranger, live: Run, other: string): Promise<string[]> {
  const stopped = await owner.send('POST', `/api/runs/${live.id}/stop`)
  const deleted = await owner.send('DELETE', `/api/runs/${other}`)
  const problems = [
    stopped.status !== 200 && `stopping gave ${stopped.status}`,
    deleted.status !== 204 && `deleting gave ${deleted.status}`,
  ]
  return problems.filter((problem) => problem !== false)
}

async function fill(scene: Scene, work: (index: number) => Promise<number>) {
  const owner = scene.stranger()
  const live = await owner.ask('[[stream:10]]')
  const { id: other } = await owner.ask('[[text:10]]')
  const statuses: number[] = []
  await inParallel(times(150), 4, scene.signal, async (index) => {
    statuses.push(await work(index))
  })
  const free = readFreeMb(scene)
  const problems = await checkLeftovers(owner, live, other)
  return { done: `${tally(statuses)}; ${free.toFixed(0)} MB of ${diskMb} left`, problems }
}

export const diskAttacks: Attack[] = [
  {
    name: 'copies',
    what: 'copies of a large link by somebody who has nothing, on a small disk',
    env: mountSmall,
    clear: unmount,
    async run(scene) {
      const owner = scene.stranger()
      const run = await owner.importLines([toArchivedRun({ answerText: 'x'.repeat(3_900_000) })])
      const { id } = await owner.share(run)
      const copier = scene.stranger()
      return await fill(scene, async () => (await copier.sendJson('POST', `/api/shares/${id}/copies`, {})).status)
    },
  },
  {
    name: 'imports-and-pictures',
    what: 'imports, pictures and questions by ever new visitors, on a small disk',
    env: mountSmall,
    clear: unmount,
    async run(scene) {
      const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
      const picture = await sharp({ create: { width: 1_000, height: 1_000, channels: 3, background: '#888', noise } })
        .png()
        .toBuffer()
      const file = { answerText: 'x'.repeat(2_000_000) }
      return await fill(scene, async (index) => {
        const visitor = scene.stranger()
        if (index % 3 === 0) return (await visitor.upload(Buffer.concat([picture, Buffer.from([index])]))).status
        if (index % 3 === 1)
          return (await visitor.sendJson('POST', '/api/runs', { question: '[[text:3900000]]' })).status
        return await visitor.importLines([toArchivedRun(file)]).then(
          () => 201,
          (error: Error) => Number(/^\d+/.exec(error.message)?.[0] ?? 0),
        )
      })
    },
  },
]
