import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { createYield } from '../../shared/yield-to-event-loop.ts'
import type { Tables } from '../database/tables.ts'
import { normaliseForSearch, toSignature } from './search-signature.ts'

/** Texts read at once; so many ids of older runs are looked at in one go. */
const textsAtOnce = 32
const idsAtOnce = 500
const tryAgainMs = 30_000

/** Between slices older runs rest this many times as long as the slice took. */
type Options = { restFactor?: number }

/**
 * Makes the signatures that search goes by, so that no search has to: of each run when it has ended, and little by little
 * of those that ended under a version or a server that made none.
 */
export function createSignatures(db: Kysely<Tables>, onFailure: (error: unknown) => void, options: Options = {}) {
  const { restFactor = 4 } = options
  const stopped = new AbortController()
  const { signal } = stopped
  let ended: string[] = []
  let working: Promise<void> | undefined
  let hasOlder = true

  const unsigned = db
    .selectFrom('runs')
    .where('result', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('run_signatures').select('run_id').whereRef('run_id', '=', 'runs.id'))),
    )

  async function sign(ids: string[]) {
    const pause = createYield()
    for (let at = 0; at < ids.length && !signal.aborted; at += textsAtOnce) {
      const rows = await unsigned
        .select(['id', 'question', 'thinking_text', 'answer_text'])
        .where('id', 'in', ids.slice(at, at + textsAtOnce))
        .execute()
      const signatures: Tables['run_signatures'][] = []
      for (const { id, question, thinking_text, answer_text } of rows) {
        signatures.push({
          run_id: id,
          signature: await toSignature(normaliseForSearch(`${question}\n${thinking_text}\n${answer_text}`), pause),
        })
      }
      if (signatures.length === 0) continue
      await db
        .insertInto('run_signatures')
        .values(signatures)
        .onConflict((conflict) => conflict.column('run_id').doNothing())
        .execute()
    }
  }

  async function signEnded() {
    const ids = ended
    ended = []
    await sign(ids)
  }

  async function signOlder() {
    for (let after = ''; !signal.aborted;) {
      const page = db.selectFrom('runs').select('id').where('id', '>', after).orderBy('id').limit(idsAtOnce)
      const last = (await page.execute()).at(-1)?.id
      if (last === undefined) return
      const rows = await unsigned.select('id').where('id', '>', after).where('id', '<=', last).orderBy('id').execute()
      for (let at = 0; at < rows.length && !signal.aborted; at += textsAtOnce) {
        const startedAt = performance.now()
        await signEnded()
        await sign(rows.slice(at, at + textsAtOnce).map(({ id }) => id))
        await sleep((performance.now() - startedAt) * restFactor, undefined, { ref: false, signal })
      }
      after = last
    }
  }

  async function work() {
    while (!signal.aborted && (hasOlder || ended.length > 0)) {
      try {
        if (hasOlder) await signOlder()
        hasOlder = false
        await signEnded()
      } catch (error) {
        if (signal.aborted) return
        onFailure(error)
        // Those it was at are found among the older ones.
        hasOlder = true
        await sleep(tryAgainMs, undefined, { ref: false, signal }).catch(() => {})
      }
    }
  }
  const start = () => {
    working ??= work().finally(() => {
      working = undefined
    })
  }

  return {
    /** Begins with the older runs. */
    start,
    /** To be told of runs whose end is saved. */
    add(ids: string[]): void {
      if (ids.length === 0) return
      ended.push(...ids)
      start()
    },
    async stop(): Promise<void> {
      stopped.abort()
      await working
    },
  }
}
