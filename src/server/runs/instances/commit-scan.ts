import { sql, type Kysely } from 'kysely'
import { jsonItems } from '../../database/dialect.ts'
import type { Tables } from '../../database/tables.ts'
import type { RunEvent } from '../../../shared/run/run.ts'

type Waiting = { id: string; after: number; resolve: (events: RunEvent[]) => void; reject: (error: unknown) => void }

/**
 * What an owner's commits after one of them told of a run. Going through the commits of many runs is dear: all who ask
 * while one pass is on its way share the next.
 */
export function createCommitScan(db: Kysely<Tables>) {
  const lines = new Map<string, Waiting[]>()

  async function pass(owner: string, asked: Waiting[]) {
    const ids = [...new Set(asked.map(({ id }) => id))]
    const after = Math.min(...asked.map((each) => each.after))
    const { rows } = await sql<{ id: string; events: string }>`
      select item.value ->> 0 as id, item.value ->> 1 as events from commits, ${jsonItems(db, 'commits.entries')}
      where commits.owner = ${owner} and commits.id > ${after} and item.value ->> 0 in (${sql.join(ids)})
      order by commits.id`.execute(db)
    const events = new Map<string, RunEvent[]>(ids.map((id) => [id, []]))
    for (const row of rows) events.get(row.id)?.push(...(JSON.parse(row.events) as RunEvent[]))
    for (const { id, resolve } of asked) resolve(events.get(id) ?? [])
  }

  async function work(owner: string, line: Waiting[]) {
    while (line.length > 0) {
      const asked = line.splice(0, 500)
      await pass(owner, asked).catch((error: unknown) => {
        for (const { reject } of asked) reject(error)
      })
    }
    lines.delete(owner)
  }

  return (owner: string, after: number, id: string): Promise<RunEvent[]> =>
    new Promise((resolve, reject) => {
      const waiting = { id, after, resolve, reject }
      const line = lines.get(owner)
      if (line) return void line.push(waiting)
      const own = [waiting]
      lines.set(owner, own)
      // Who asks at the same time comes along.
      setImmediate(() => void work(owner, own))
    })
}
