import { TextWorkLimit, type TextWork } from './text-work.ts'

/** Does the work here and now: in development and in tests, which have no built file for a thread. */
export const inThread: TextWork = {
  async run(name, input, _job, transfer = []) {
    const { tasks } = await import('../text-tasks.ts')
    // As it would go over to a thread.
    const data = structuredClone(input, { transfer })
    try {
      return (tasks[name] as (input: unknown) => never)(data)
    } catch (error) {
      // The stack was not enough.
      throw error instanceof RangeError ? new TextWorkLimit('memory') : error
    }
  },
}
