import type { Kysely } from 'kysely'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { ProblemError } from '../../shared/problem.ts'
import type { Tables } from '../database/tables.ts'
import { giveBack, takeOne, type Rate } from '../limits/rates.ts'
import type { Env } from '../visitors/visitor.ts'
import { toNeighbourhood } from './client.ts'
import { createCode } from './code.ts'

/** Wrong tries per address: a class may mistype, a machine may not guess. */
const tries: Rate = { burst: 20, everyMs: 15_000 }

export type Gate = ReturnType<typeof createGate>

/** What needs a code that whoever runs the server set; open to all where none is. */
export function createGate(db: Kysely<Tables>, purpose: 'access' | 'admin', text: string | undefined, validS: number) {
  const code = text === undefined ? undefined : createCode(purpose, text, validS)
  const toCookieName = (c: Context<Env>) => (c.get('client').isSecure ? `__Host-${purpose}` : purpose)

  /** Throws for a wrong code, and for any code where its address guessed too often. */
  async function check(tried: string, c: Context<Env>): Promise<void> {
    if (!code) return
    // Taken before the look and given back after a right one, so that tries at the same time do not slip through.
    const { address = 'none' } = c.get('client')
    const scope = `${purpose}-code:${address === 'none' ? address : toNeighbourhood(address)}`
    const waitMs = await takeOne(db, scope, tries, Date.now())
    if (waitMs > 0) {
      const waitS = Math.ceil(waitMs / 1000)
      throw new ProblemError(429, 'too-many-tries', `Too many wrong codes. Try again in ${waitS} seconds.`, waitS)
    }
    if (!code.isRight(tried)) throw new ProblemError(403, 'access-code-wrong', 'The code is wrong. Check it.')
    await giveBack(db, scope, tries)
  }

  return {
    isSet: code !== undefined,
    check,
    isOpenTo: (c: Context<Env>): boolean =>
      code === undefined || code.isPass(getCookie(c, toCookieName(c)), c.get('visitor'), Date.now()),
    /** Lets the visitor in, for the right code. */
    async enter(tried: string, c: Context<Env>): Promise<void> {
      if (!code) return
      await check(tried, c)
      setCookie(c, toCookieName(c), code.toPass(c.get('visitor'), Date.now()), {
        httpOnly: true,
        sameSite: 'Lax',
        secure: c.get('client').isSecure,
        path: '/',
        maxAge: validS,
      })
    },
  }
}
