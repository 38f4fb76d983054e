import type { TextWork } from './text-work.ts'

/** Does the work here and now: in development and in tests, which have no built file for a thread. */
export const inThread: TextWork = {
  async run(name, input, _job, transfer = []) {
    const { tasks } = await import('../text-tasks.ts')
    // As it would go over to a thread.
    const data = structuredClone(input, { transfer })
    return await (tasks[name] as (input: unknown) => never)(data)
  },
}
