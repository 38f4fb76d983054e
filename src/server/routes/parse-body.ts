import type { Context } from 'hono'
import type { z } from 'zod'
import { ProblemError } from '../../shared/problem.ts'

/** The JSON body as `schema` has it, or a 400 that names what is wrong. */
export async function parseBody<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.infer<Schema>> {
  let body: unknown
  try {
    body = await c.req.json()
  } catch {
    throw new ProblemError(
      400,
      'bad-request',
      'The body is not JSON. Send an object with Content-Type application/json.',
    )
  }
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new ProblemError(
    400,
    'bad-request',
    `The field ${issue?.path.join('.') || '(body)'} is wrong: ${issue?.message ?? ''}.`,
  )
}
