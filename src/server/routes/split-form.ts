import { ProblemError } from '../../shared/problem.ts'

/** A part of a form: a view of the body, nothing is copied. */
export type Part = { name: string; isFile: boolean; bytes: Uint8Array }

/** The bytes of the field `file`, where it is one. */
export const findFile = (parts: Part[]): Uint8Array | undefined =>
  parts.find(({ name, isFile }) => name === 'file' && isFile)?.bytes

/** More than any form here has: the frames of a video, and a few fields. */
const maxParts = 600
const maxHeadBytes = 4_096

const unreadable = () => new ProblemError(400, 'bad-request', 'The form could not be read. Send the file again.')
const tooMany = () => new ProblemError(413, 'too-large', `A form may have ${maxParts} parts. Send fewer.`)

function readBoundary(contentType: string): string {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) throw unreadable()
  return boundary
}

function readHead(head: string): Pick<Part, 'name' | 'isFile'> {
  const disposition = head.split('\r\n').find((line) => /^content-disposition:/i.test(line)) ?? ''
  const [, name] = /;\s*name="([^"]*)"/i.exec(disposition) ?? []
  if (name === undefined) throw unreadable()
  return { name, isFile: /;\s*filename\*?=/i.test(disposition) }
}

/** The parts of a multipart/form-data body that stands in memory. Throws a ProblemError where it is none. */
export function splitForm(body: Uint8Array, contentType: string): Part[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const delimiter = `--${readBoundary(contentType)}`
  const parts: Part[] = []
  let at = bytes.indexOf(delimiter)
  if (at === -1) throw unreadable()
  for (;;) {
    at += delimiter.length
    const next = bytes.toString('latin1', at, at + 2)
    if (next === '--') return parts
    if (next !== '\r\n') throw unreadable()
    if (parts.length === maxParts) throw tooMany()
    const from = at + 2
    const headLength = bytes.subarray(from, from + maxHeadBytes).indexOf('\r\n\r\n')
    if (headLength === -1) throw unreadable()
    const contentFrom = from + headLength + 4
    const end = bytes.indexOf(`\r\n${delimiter}`, contentFrom)
    if (end === -1) throw unreadable()
    const head = readHead(bytes.toString('utf8', from, from + headLength))
    parts.push({ ...head, bytes: body.subarray(contentFrom, end) })
    at = end + 2
  }
}
