import type { Kysely } from 'kysely'
import type { Usage } from '../../shared/run/run.ts'
import type { Model } from '../../shared/config.ts'
import { estimateTokens } from '../../shared/estimate-tokens.ts'
import type { Tables } from '../database/tables.ts'
import type { Ledger } from './ledger.ts'
import { toDay } from './hashed-address.ts'
import { sweepRates } from './rates.ts'
import { weighOlder } from './weigh-older.ts'
import { toAmount } from './worst.ts'

const everyMs = 30_000
/** The reservation of a run that is gone is settled by its server, unless that died, too. */
const unboundMs = 120_000
const keptDaysMs = 35 * 24 * 3_600_000

/** Settles what dead servers left behind by what their runs came to, and forgets what is over. */
export async function tendLedger(db: Kysely<Tables>, ledger: Ledger, models: () => Model[], now: number) {
  const left = await db
    .selectFrom('reservations')
    .leftJoin('runs', 'runs.id', 'reservations.run_id')
    .select([
      'reservations.id',
      'reservations.run_id',
      'reservations.input',
      'reservations.tokens',
      'reservations.cost',
      'reservations.created_at',
      'runs.model',
      'runs.result',
      'runs.thinking_text',
      'runs.answer_text',
    ])
    .where(({ eb, or, and }) =>
      or([
        and([eb('runs.id', 'is not', null), eb('runs.owner', 'is', null)]),
        and([eb('runs.id', 'is', null), eb('reservations.created_at', '<', now - unboundMs)]),
      ]),
    )
    .execute()
  for (const row of left) {
    const model = models().find(({ id }) => id === row.model)
    // An older version reserved before there was a run, and then there never was one.
    if (row.run_id === null) {
      await ledger.release(row.id)
      continue
    }
    const most = { tokens: Number(row.tokens), cost: Number(row.cost) }
    if (row.result === null || !model) {
      await ledger.settle(row.id, most)
      continue
    }
    const { usage } = JSON.parse(row.result) as { usage?: Usage }
    const output = estimateTokens(row.thinking_text ?? '') + estimateTokens(row.answer_text ?? '')
    const guess = { inputTokens: Number(row.input), outputTokens: output }
    await ledger.settle(row.id, toAmount(model, usage ?? guess))
  }
  await sweepRates(db, now)
  await db
    .deleteFrom('spending')
    .where('day', '<', new Date(now - keptDaysMs).toISOString().slice(0, 10))
    .execute()
  await db.deleteFrom('added').where('day', '<', toDay(now)).execute()
  await weighOlder(db)
}

/** Now and every half minute; failures are told and tried again. */
export function maintainLedger(
  db: Kysely<Tables>,
  ledger: Ledger,
  models: () => Model[],
  onFailure: (e: unknown) => void,
) {
  const tend = () => void tendLedger(db, ledger, models, Date.now()).catch(onFailure)
  tend()
  const timer = setInterval(tend, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
