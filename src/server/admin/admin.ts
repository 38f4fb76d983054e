import type { Kysely } from 'kysely'
import type { Model } from '../../shared/config.ts'
import type { Overview, SharesPage } from '../../shared/admin.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { Tables } from '../database/tables.ts'
import { toDay } from '../spending/hashed-address.ts'
import type { Allowances } from '../spending/ledger.ts'
import type { Runs } from '../runs/runs.ts'
import type { Shares } from '../shares/shares.ts'

const topVisitors = 50
const mostLive = 200
const sharesPerPage = 50
const prefix = 'visitor:'

export type Admin = ReturnType<typeof createAdmin>

/** What whoever runs the server sees and may do. */
export function createAdmin(deps: {
  db: Kysely<Tables>
  runs: Pick<Runs, 'stop'>
  shares: Pick<Shares, 'revoke' | 'revokeEvery'>
  allowances: Allowances
  models: () => Model[]
}) {
  const { db, runs, shares, allowances, models } = deps
  const toSpent = (row: { runs: number; tokens: number; cost: number } | undefined) => ({
    runs: Number(row?.runs ?? 0),
    tokens: Number(row?.tokens ?? 0),
    cost: Number(row?.cost ?? 0) / 1e6,
  })

  const openShares = (now: number) =>
    db
      .selectFrom('shares')
      .innerJoin('runs', 'runs.id', 'shares.run_id')
      .where('runs.deleted_at', 'is', null)
      .where(({ or, eb }) => or([eb('shares.expires_at', 'is', null), eb('shares.expires_at', '>', now)]))

  return {
    async overview(now: number): Promise<Overview> {
      const day = toDay(now)
      const today = () => db.selectFrom('spending').selectAll().where('day', '=', day)
      const [total, top, blocked, live] = await Promise.all([
        today().where('scope', '=', 'all').executeTakeFirst(),
        today()
          .where('scope', 'like', `${prefix}%`)
          .orderBy('cost', 'desc')
          .orderBy('tokens', 'desc')
          .orderBy('runs', 'desc')
          .limit(topVisitors)
          .execute(),
        db.selectFrom('blocked_visitors').select('visitor').orderBy('created_at', 'desc').execute(),
        db
          .selectFrom('runs')
          .select(['id', 'visitor', 'model', 'created_at'])
          .where('owner', 'is not', null)
          .orderBy('created_at')
          .limit(mostLive)
          .execute(),
      ])
      const isBlocked = new Set(blocked.map(({ visitor }) => visitor))
      const visitors = top.map((row) => {
        const visitor = row.scope.slice(prefix.length)
        return { visitor, isBlocked: isBlocked.has(visitor), ...toSpent(row) }
      })
      const rest = blocked.filter(({ visitor }) => !visitors.some((known) => known.visitor === visitor))
      const { perDay, tokensPerDay, costPerDay } = allowances.all
      const currency = models().find(({ prices }) => prices?.[0])?.prices?.[0]?.currency
      return {
        day,
        ...(currency && { currency }),
        total: toSpent(total),
        limits: {
          ...(perDay !== undefined && { runs: perDay }),
          ...(tokensPerDay !== undefined && { tokens: tokensPerDay }),
          ...(costPerDay !== undefined && { cost: costPerDay }),
        },
        visitors: [...visitors, ...rest.map(({ visitor }) => ({ visitor, isBlocked: true, ...toSpent(undefined) }))],
        live: live.map(({ created_at, ...run }) => ({ ...run, createdAt: Number(created_at) })),
      }
    },

    /** Throws where there is no such run. */
    async stopRun(id: string): Promise<void> {
      const row = await db.selectFrom('runs').select('visitor').where('id', '=', id).executeTakeFirst()
      if (!row) throw new ProblemError(404, 'not-found', 'There is no such run.')
      await runs.stop(id, row.visitor)
    },

    /** `before`: the `next` of the page before. */
    async listShares(now: number, before?: { createdAt: number; id: string }): Promise<SharesPage> {
      let query = openShares(now).select([
        'shares.id',
        'shares.visitor',
        'shares.created_at as createdAt',
        'shares.expires_at as expiresAt',
      ])
      if (before) {
        const { createdAt, id } = before
        query = query.where(({ eb, or, and }) =>
          or([
            eb('shares.created_at', '<', createdAt),
            and([eb('shares.created_at', '=', createdAt), eb('shares.id', '<', id)]),
          ]),
        )
      }
      const [items, { total }] = await Promise.all([
        query
          .orderBy('shares.created_at', 'desc')
          .orderBy('shares.id', 'desc')
          .limit(sharesPerPage + 1)
          .execute(),
        openShares(now)
          .select((eb) => eb.fn.countAll<number>().as('total'))
          .executeTakeFirstOrThrow(),
      ])
      const page = items.slice(0, sharesPerPage)
      const last = page.at(-1)
      return {
        items: page.map((item) => ({
          ...item,
          createdAt: Number(item.createdAt),
          expiresAt: item.expiresAt === null ? null : Number(item.expiresAt),
        })),
        total: Number(total),
        ...(items.length > page.length && last && { next: `${last.createdAt}.${last.id}` }),
      }
    },

    /** Throws where there is no such link. */
    async revokeShare(id: string): Promise<void> {
      const row = await db.selectFrom('shares').select('visitor').where('id', '=', id).executeTakeFirst()
      if (!row) throw new ProblemError(404, 'not-found', 'There is no such link.')
      await shares.revoke(id, row.visitor)
    },
    revokeEveryShare: () => shares.revokeEvery(),

    /** What the visitor asked before stays theirs; asking is over, until allowed again. */
    async block(visitor: string, now: number): Promise<void> {
      await db
        .insertInto('blocked_visitors')
        .values({ visitor, created_at: now })
        .onConflict((conflict) => conflict.column('visitor').doNothing())
        .execute()
    },
    async allow(visitor: string): Promise<void> {
      await db.deleteFrom('blocked_visitors').where('visitor', '=', visitor).execute()
    },
  }
}
