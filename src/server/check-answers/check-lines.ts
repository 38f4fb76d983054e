import { z } from 'zod'
import type { TextWork } from '../text-workers/text-work.ts'
import { TextWorkLimit } from '../text-workers/text-work.ts'
import { readLines, type Line } from './read-lines.ts'

const limitMs = 250
/** Lines that are being checked or wait for one before them; more are not read. */
const maxOpen = 16

const id = z.union([z.string(), z.number()])
const text = z.string().nullish()
const schema = z.union([
  z.object({ id, a: z.string(), b: z.string() }),
  z.object({ id, question: text, reading: text, answer: z.string() }),
])

const toJson = (value: unknown) => JSON.stringify(value)

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** What is said of a line that cannot be checked: its number, and its id where it has one. */
function toError(number: number, error: string, value?: unknown) {
  const found = z.object({ id }).safeParse(value)
  return toJson({ ...(found.success && { id: found.data.id }), line: number, error })
}

async function checkLine({ number, text: line }: Line, work: TextWork): Promise<string> {
  if (line === undefined) return toError(number, 'The line is longer than a million characters.')
  const value = parse(line)
  if (value === undefined) return toError(number, 'The line is not JSON.')
  const { data } = schema.safeParse(value)
  if (!data) return toError(number, 'A line is {"id", "answer", "question"?} or {"id", "a", "b"}.', value)
  const job = { owner: String(number), chars: 0, limitMs }
  try {
    if ('a' in data)
      return toJson({ id: data.id, same: await work.run('compareValues', { a: data.a, b: data.b }, job) })
    const { answer, question, reading } = data
    const input = { answer, ...(question != null && { question }), ...(reading != null && { reading }) }
    const result = await work.run('checkAnswer', input, job)
    const steps = result.steps.map(({ holds, text: step, left, right }) => ({ holds, text: step, left, right }))
    const { final } = result
    return toJson(
      final === 'unknown'
        ? { id: data.id, final, why: result.why, steps }
        : { id: data.id, final, how: result.how, steps },
    )
  } catch (error) {
    if (!(error instanceof TextWorkLimit)) throw error
    return toJson(
      'a' in data
        ? { id: data.id, same: 'unknown' }
        : { id: data.id, final: 'unknown', why: 'too-much-work', steps: [] },
    )
  }
}

/** Checks line after line of JSON. The results come in the order of the lines, and only so many are held at once. */
export async function* checkLines(source: AsyncIterable<Uint8Array>, work: TextWork): AsyncGenerator<string> {
  const open: Promise<string>[] = []
  for await (const line of readLines(source)) {
    if (line.text?.trim() === '') continue
    open.push(checkLine(line, work))
    const first = open.length >= maxOpen ? open.shift() : undefined
    if (first) yield await first
  }
  for (const result of open) yield await result
}
