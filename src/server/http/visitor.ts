import { createHash, randomBytes } from 'node:crypto'
import type { Writable } from 'node:stream'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Client } from '../network/client-address.ts'
import type { Writer } from '../network/writer.ts'
import type { Upload } from '../spending/upload-memory.ts'

export type Env = {
  Variables: {
    visitor: string
    /** The visitor came with this cookie, as every browser does after its first page. */
    hasCookie: boolean
    client: Client
    requestId: string
    upload?: Upload
    /** Writes a stream of events to the response, once its head is written. */
    writeEvents?: (out: Writable, body: Writable) => void
  }
}

export const writerOf = (c: Context<Env>): Writer => {
  const { address, isRelayed } = c.get('client')
  return { visitor: c.get('visitor'), isRelayed, ...(address !== undefined && { address }) }
}

const yearS = 365 * 24 * 3600

/** Gives each browser a random 128-bit cookie; the server knows and stores only its SHA-256. */
export const visitor: MiddlewareHandler<Env> = async (c, next) => {
  const { isSecure } = c.get('client')
  const name = isSecure ? '__Host-visitor' : 'visitor'
  const sent = getCookie(c, name)
  const token = sent !== undefined && /^[\w-]{22}$/.test(sent) ? sent : randomBytes(16).toString('base64url')
  if (token !== sent) {
    setCookie(c, name, token, { httpOnly: true, sameSite: 'Lax', secure: isSecure, path: '/', maxAge: yearS })
  }
  c.set('hasCookie', token === sent)
  c.set('visitor', createHash('sha256').update(token).digest('hex'))
  await next()
}
