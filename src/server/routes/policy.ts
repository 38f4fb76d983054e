import type { Context, MiddlewareHandler } from 'hono'
import type { Kysely } from 'kysely'
import { ProblemError, type ProblemCode } from '../../shared/problem.ts'
import type { Gate } from '../access/gate.ts'
import type { Tables } from '../database/tables.ts'
import type { HashAddress } from '../spending/hashed-address.ts'
import { createLocalRates, perMinute, consume, type Rate } from '../spending/rates.ts'
import type { Storage } from '../spending/storage.ts'
import { writerOf, type Env } from '../http/visitor.ts'

/** A rate kept in the database, which all instances share. */
type SharedRate = { name: string; visitor: Rate; address: Rate; code: ProblemCode; what: string }

type Policy = {
  /** Needs the access code, where one is set. */
  needsAccess?: true
  /** Needs the operator's code. */
  needsAdmin?: true
  rate?: SharedRate
  /** Stands wholly in memory while it is worked on, and waits until there is room for it. */
  hasBodyInMemory?: true
  /** Something is stored: not while the disk is nearly full. */
  stores?: 'a run' | 'something'
  /** What was made may always be ended again: bounded per visitor only, without a look at the database. */
  isEnding?: true
}

const uploads: SharedRate = {
  name: 'uploads',
  visitor: perMinute(60),
  address: perMinute(1_200),
  code: 'uploads-per-minute',
  what: 'pictures',
}
const writes: SharedRate = {
  name: 'writes',
  visitor: perMinute(120),
  address: perMinute(2_400),
  code: 'writes-per-minute',
  what: 'changes',
}
/** More than the links that a visitor may have, so that all of them can be revoked one by one. */
const endings = perMinute(1_200)
/** Whoever sits at the only machine that reaches the server works with programs too. */
const ownFactor = 10

/** What a changing route may cost, and what it therefore asks of whoever calls it. */
const policies = {
  /** Money: runs at once, a minute and a day, tokens and budgets are the ledger's, which knows what a run may cost. */
  asking: { needsAccess: true, stores: 'a run' },
  /** A picture is decoded from the body. */
  decoding: { needsAccess: true, rate: uploads, stores: 'something', hasBodyInMemory: true },
  /** The same for the visitor who showed this device a pairing code, which stands for the access code. */
  sending: { rate: uploads, stores: 'something', hasBodyInMemory: true },
  /** Pictures and runs are stored from a body that is read piece by piece, or from a link. */
  copying: { needsAccess: true, rate: uploads, stores: 'something' },
  /** A pairing code lets another device send pictures. */
  pairing: { needsAccess: true, rate: uploads, stores: 'something' },
  /** A row or two are written. */
  writing: { rate: writes, stores: 'something' },
  ending: { isEnding: true },
  /** The gate itself counts wrong codes. */
  guessing: {},
  administering: { needsAdmin: true },
  nothing: {},
} satisfies Record<string, Policy>

export type Cost = keyof typeof policies

function refuse({ code, what }: SharedRate, waitMs: number) {
  if (waitMs === 0) return
  const waitS = Math.ceil(waitMs / 1000)
  throw new ProblemError(429, code, `Too many ${what} in a short time. Send the next in ${waitS} seconds.`, waitS)
}

const stated = new WeakMap<object, Cost>()

/** What a route's middleware states; `undefined` for any other handler. */
export const readStatedCost = (handler: object): Cost | undefined => stated.get(handler)

export type Costs = (cost: Cost) => MiddlewareHandler<Env>

/**
 * The policy of each changing route, stated beside its handler: `.post('/', costs('writing'), handler)`. `isOwn`: nobody
 * reaches the server but the machine it runs on.
 */
export function createCosts(deps: {
  db: Kysely<Tables>
  toAddressKey: HashAddress
  access: Gate
  admin: Gate
  uploadRoom: MiddlewareHandler<Env>
  storage: Pick<Storage, 'checkRoom' | 'checkDisk'>
  isOwn: boolean
}): Costs {
  const { db, toAddressKey, access, admin, uploadRoom, storage, isOwn } = deps
  const takeLocal = createLocalRates()

  /** Resolves to 0, or to the milliseconds until there is one more. */
  async function take({ name, visitor, address }: SharedRate, c: Context<Env>): Promise<number> {
    const now = Date.now()
    const { address: from, isRelayed } = c.get('client')
    const ofVisitor = `${name}:visitor:${c.get('visitor')}`
    if (isOwn && !isRelayed) return takeLocal(ofVisitor, perMinute(visitor.burst * ownFactor), now)
    // The address first: whoever comes without a cookie each time leaves no rows behind once it is used up.
    const key = await toAddressKey(from, now)
    const waitMs = key === undefined ? 0 : await consume(db, `${name}:address:${key}`, address, now)
    return waitMs > 0 ? waitMs : await consume(db, ofVisitor, visitor, now)
  }

  return (cost) => {
    const policy: Policy = policies[cost]
    const handler: MiddlewareHandler<Env> = async (c, next) => {
      if (policy.needsAdmin && !admin.isAllowed(c)) {
        throw new ProblemError(401, 'admin-code-required', 'This needs ADMIN_CODE: POST it to /api/admin/enter first.')
      }
      if (policy.needsAccess && !access.isAllowed(c)) {
        throw new ProblemError(
          401,
          'access-code-required',
          'Asking needs the access code: POST it to /api/access first.',
        )
      }
      if (policy.isEnding) refuse(writes, takeLocal(`endings:${c.get('visitor')}`, endings, Date.now()))
      if (policy.rate) refuse(policy.rate, await take(policy.rate, c))
      if (policy.stores === 'a run') await storage.checkRoom(writerOf(c))
      else if (policy.stores) await storage.checkDisk()
      if (policy.hasBodyInMemory) return await uploadRoom(c, next)
      await next()
    }
    stated.set(handler, cost)
    return handler
  }
}
