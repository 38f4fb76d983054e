import type { Context } from 'hono'
import type { z } from 'zod'
import { ProblemError } from '../../shared/problem.ts'
import { toStorable } from '../runs/storable-text.ts'

/** A question of the longest kind, each of its characters escaped, and room beside it. */
const maxJsonBytes = 160 * 1024
const maxDepth = 32
/** Nothing that is sent has half as many. Looking at each of a hundred thousand takes longer than anybody should wait for another. */
const maxValues = 2_000

/** Every text that people send can be stored anywhere. */
const clean = (_name: string, value: unknown) => (typeof value === 'string' ? toStorable(value) : value)

const badRequest = (detail: string) => new ProblemError(400, 'bad-request', detail)

/**
 * The JSON body as `schema` has it, its texts as any database takes them. Throws a ProblemError that names what is
 * wrong: its type, size, encoding, form, nesting, or the field.
 */
export async function parseBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
  maxBytes = maxJsonBytes,
): Promise<z.infer<Schema>> {
  const type = c.req.header('content-type')
  if (type === undefined || !/^application\/(?:[\w.+-]*\+)?json\s*(?:;|$)/i.test(type)) {
    throw new ProblemError(415, 'bad-request', 'Send an object with Content-Type application/json.')
  }
  const text = await readText(c, maxBytes)
  checkShape(text)
  let body: unknown
  try {
    body = JSON.parse(text, clean)
  } catch {
    throw badRequest('The body is not JSON. Send an object with Content-Type application/json.')
  }
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw badRequest(`The field ${issue?.path.join('.') || '(body)'} is wrong: ${issue?.message ?? ''}.`)
}

async function readText(c: Context, maxBytes: number): Promise<string> {
  const tooLarge = () => new ProblemError(413, 'too-large', `The body may have ${maxBytes} bytes. Send less.`)
  if (Number(c.req.header('content-length')) > maxBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw badRequest('The body is not UTF-8.')
  }
}

/** Looked at before parsing, which a deep nest would let run out of stack and a wide one would keep busy. */
function checkShape(text: string) {
  let depth = 0
  let values = 0
  let isInString = false
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (isInString) {
      if (char === '\\') at += 1
      else if (char === '"') isInString = false
    } else if (char === '"') isInString = true
    else if (char === ',') values += 1
    else if (char === '[' || char === '{') depth += 1
    else if (char === ']' || char === '}') depth -= 1
    if (depth > maxDepth) throw badRequest(`The body is nested deeper than ${maxDepth} levels.`)
    if (values > maxValues) throw badRequest(`The body has more than ${maxValues} values.`)
  }
}
