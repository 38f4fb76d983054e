import ipaddr from 'ipaddr.js'
import { ProblemError } from '../../shared/problem.ts'
import { isInternalName } from '../network/is-internal-name.ts'
import { isPublicAddress } from './fetch-url.ts'

/**
 * An address that the upstream will fetch, not this server: it must be on the web, without a password, and not name a
 * private place outright, which a model server of our own network would otherwise be sent to. Throws a ProblemError.
 */
export function checkVideoUrl(text: string, allow: string[]): string {
  if (!URL.canParse(text)) {
    throw new ProblemError(422, 'url-invalid', 'This is no address. Send one that begins with https://.')
  }
  const url = new URL(text)
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new ProblemError(422, 'url-invalid', 'Videos are fetched over http and https, without a password in it.')
  }
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const isPrivate = ipaddr.isValid(host) ? !isPublicAddress(host) : isInternalName(host)
  if (isPrivate && !allow.includes(`${url.hostname}:${port}`)) {
    throw new ProblemError(422, 'url-blocked', 'The model service cannot reach that address. Add the video as a file.')
  }
  return url.href
}
