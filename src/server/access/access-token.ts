import { createHash, createHmac, scryptSync, timingSafeEqual } from 'node:crypto'

const isSame = (a: string, b: string) => {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}

/** Eighteen random bytes, as the documentation advises, are 24 characters. */
const hardChars = 16

/**
 * A code that whoever runs the server hands out. Its passes hold for one visitor and a time, on every instance that has
 * the same code, and none is stored: a changed code ends them all.
 */
export function createCode(purpose: 'access' | 'admin', code: string, validS: number) {
  const key = scryptSync(code, `showwork ${purpose}`, 32)
  const sign = (visitor: string, until: string) =>
    createHmac('sha256', key).update(`${visitor} ${until}`).digest('base64url')
  const readPass = (pass: string | undefined, visitor: string): number | undefined => {
    const [until = '', signature = ''] = (pass ?? '').split('.')
    return isSame(signature, sign(visitor, until)) ? parseInt(until, 36) * 1000 : undefined
  }
  return {
    /** Long and mixed enough that no number of tries over the network finds it. */
    isHardToGuess: code.length >= hardChars && new Set(code).size >= hardChars / 2,
    matches: (tried: string) => isSame(tried, code),
    issueToken(visitor: string, now: number): string {
      const until = Math.floor(now / 1000 + validS).toString(36)
      return `${until}.${sign(visitor, until)}`
    },
    verifyToken: (pass: string | undefined, visitor: string, now: number): boolean =>
      (readPass(pass, visitor) ?? 0) > now,
    /** Whether it is one, or was one until its time was over. */
    wasPass: (pass: string | undefined, visitor: string): boolean => readPass(pass, visitor) !== undefined,
  }
}
