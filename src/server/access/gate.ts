import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { ProblemError } from '../../shared/problem.ts'
import type { Tables } from '../database/tables.ts'
import { refund, consume, type Rate } from '../spending/rates.ts'
import type { Env } from '../http/visitor.ts'
import { toSubnet } from '../network/client-address.ts'
import { createCode } from './access-token.ts'

/** Wrong codes from one address: 60 in any hour. A class may mistype, a machine may not guess. */
const ofAddress: Rate = { burst: 20, everyMs: 90_000 }
/** Of these no visitor has more than some, and all who come without a cookie, as no browser does, have some together. */
const ofVisitor: Rate = { burst: 5, everyMs: 600_000 }
const ofCookieless: Rate = { burst: 8, everyMs: 360_000 }
/** A browser that was let in before has a count of its own, which nobody else can use up. */
const ofKnown: Rate = { burst: 10, everyMs: 360_000 }

/** Right codes that are being checked hold up others for a moment only. */
const retryMs = 50
const maxRetries = 20
/** A pass that is over still says that its browser was let in once. */
const knownForS = 365 * 24 * 3600

const tooManyTries = (waitMs: number) => {
  const waitS = Math.ceil(waitMs / 1000)
  return new ProblemError(429, 'too-many-tries', `Too many wrong codes. Try again in ${waitS} seconds.`, waitS)
}

type Lane = { scope: string; rate: Rate }

export type Gate = ReturnType<typeof createGate>

/** What needs a code that whoever runs the server set; open to all where none is. */
export function createGate(db: Kysely<Tables>, purpose: 'access' | 'admin', text: string | undefined, validS: number) {
  const code = text === undefined ? undefined : createCode(purpose, text, validS)
  const toCookieName = (c: Context<Env>) => (c.get('client').isSecure ? `__Host-${purpose}` : purpose)
  /** Right tries that have not given back yet what they took, by lane. */
  const givingBack = new Map<string, number>()

  function toLanes(c: Context<Env>): Lane[] {
    const visitor = c.get('visitor')
    const prefix = `${purpose}-code:`
    if (code?.wasPass(getCookie(c, toCookieName(c)), visitor)) {
      return [{ scope: `${prefix}known:${visitor}`, rate: ofKnown }]
    }
    const { address } = c.get('client')
    const from = address === undefined ? 'none' : toSubnet(address)
    const own = c.get('hasCookie')
      ? { scope: `${prefix}visitor:${visitor}`, rate: ofVisitor }
      : { scope: `${prefix}cookieless:${from}`, rate: ofCookieless }
    return [{ scope: `${prefix}${from}`, rate: ofAddress }, own]
  }

  /** Resolves to 0, or to the milliseconds until one more may be tried. */
  async function take({ scope, rate }: Lane): Promise<number> {
    for (let tries = 0; ; tries += 1) {
      const waitMs = await consume(db, scope, rate, Date.now())
      const mayComeBack = givingBack.has(scope)
      if (waitMs === 0 || !mayComeBack || tries === maxRetries) return waitMs
      await sleep(retryMs)
    }
  }

  /** Takes before the look and gives back after a right one, so that tries at the same time do not slip through. */
  async function compare(matches: boolean, lanes: Lane[]): Promise<void> {
    const taken: Lane[] = []
    let isWrong = false
    try {
      for (const lane of lanes) {
        const waitMs = await take(lane)
        if (waitMs > 0) throw tooManyTries(waitMs)
        taken.push(lane)
        if (matches) givingBack.set(lane.scope, (givingBack.get(lane.scope) ?? 0) + 1)
      }
      isWrong = !matches
    } finally {
      for (const { scope, rate } of isWrong ? [] : taken) {
        await refund(db, scope, rate)
        if (!matches) continue
        const left = (givingBack.get(scope) ?? 0) - 1
        if (left > 0) givingBack.set(scope, left)
        else givingBack.delete(scope)
      }
    }
    if (isWrong) throw new ProblemError(403, 'access-code-wrong', 'The code is wrong. Check it.')
  }

  /** Throws for a wrong code, and for any that is not hard to guess where too many wrong ones came before. */
  async function check(tried: string, c: Context<Env>): Promise<void> {
    if (!code) return
    const matches = code.matches(tried)
    // Whoever guesses such a code wins nothing by trying more often, and shuts nobody out.
    if (matches && code.isHardToGuess) return
    await compare(matches, toLanes(c))
  }

  return {
    isSet: code !== undefined,
    check,
    isAllowed: (c: Context<Env>): boolean =>
      code === undefined || code.verifyToken(getCookie(c, toCookieName(c)), c.get('visitor'), Date.now()),
    /** Lets the visitor in, for the right code. */
    async enter(tried: string, c: Context<Env>): Promise<void> {
      if (!code) return
      await check(tried, c)
      setCookie(c, toCookieName(c), code.issueToken(c.get('visitor'), Date.now()), {
        httpOnly: true,
        sameSite: 'Lax',
        secure: c.get('client').isSecure,
        path: '/',
        maxAge: knownForS,
      })
    },
  }
}
