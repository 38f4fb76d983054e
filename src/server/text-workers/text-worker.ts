import { parentPort } from 'node:worker_threads'
import { ProblemError, type ProblemCode } from '../../shared/problem.ts'
import { tasks } from '../text-tasks.ts'
import type { TaskName } from './text-work.ts'

export type Call = { id: number; name: TaskName; input: unknown }
export type Reply = { id: number } & (
  | { output: unknown }
  | { problem: { status: number; code: ProblemCode; message: string } }
  | { limit: 'memory' }
  | { error: string }
)

/** Large results go over without being copied. */
function findBuffers(value: unknown): ArrayBuffer[] {
  if (value instanceof Uint8Array) {
    const { buffer } = value
    // Small ones share theirs with others.
    return buffer instanceof ArrayBuffer && buffer.byteLength === value.byteLength ? [buffer] : []
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(findBuffers) : []
}

async function answer({ id, name, input }: Call): Promise<Reply> {
  try {
    return { id, output: await (tasks[name] as (input: unknown) => unknown)(input) }
  } catch (error) {
    if (error instanceof ProblemError) {
      const { status, code, message } = error
      return { id, problem: { status, code, message } }
    }
    // The stack was not enough.
    if (error instanceof RangeError) return { id, limit: 'memory' }
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

parentPort?.on('message', (call: Call) => {
  void answer(call).then((reply) => {
    parentPort?.postMessage(reply, 'output' in reply ? findBuffers(reply.output) : [])
  })
})
