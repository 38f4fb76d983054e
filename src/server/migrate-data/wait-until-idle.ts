import type { Kysely } from 'kysely'
import type { Database } from '../database/open-database.ts'
import type { Tables } from '../database/tables.ts'
import { createRunStore } from '../runs/run-store.ts'
import { createRuns } from '../runs/runs.ts'

/** A server gives a sign every second. */
const watchMs = 2_500
const settleMs = 15_000

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const readBeats = async (db: Kysely<Tables>) =>
  JSON.stringify(await db.selectFrom('instances').selectAll().orderBy('id').execute())

/** Whether a server is running on this database. */
export async function isInUse(db: Kysely<Tables>): Promise<boolean> {
  const before = await readBeats(db)
  if (before === '[]') return false
  await pause(watchMs)
  return (await readBeats(db)) !== before
}

/** Ends what a server that was killed left going, as the next start would. */
export async function settle({ db, saving }: Database): Promise<void> {
  const runs = createRuns(createRunStore(db, saving), () => {})
  await runs.open()
  const until = performance.now() + settleMs
  const isLive = () => db.selectFrom('runs').select('id').where('owner', 'is not', null).executeTakeFirst()
  while ((await isLive()) !== undefined) {
    if (performance.now() > until)
      throw new Error('Runs are still going here. Start the server once more, then stop it.')
    await pause(200)
  }
  await runs.shutDown(0)
}
