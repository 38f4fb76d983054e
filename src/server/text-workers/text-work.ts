import { ProblemError } from '../../shared/problem.ts'
import type { tasks } from '../text-tasks.ts'

const comeBackS = 5

export type TaskName = keyof typeof tasks
export type Input<Name extends TaskName> = Parameters<(typeof tasks)[Name]>[0]
export type Output<Name extends TaskName> = ReturnType<(typeof tasks)[Name]>

/** `owner`: whose text it is; `chars`: about how much of it there is. */
export type Job = { owner: string; chars: number; limitMs?: number }

export type TextWork = {
  /**
   * What the task of this name makes of its input, which is data alone; the buffers in `transfer` go over and are gone
   * here. Rejects with what the task throws, or with a TextWorkLimit.
   */
  run: <Name extends TaskName>(
    name: Name,
    input: Input<Name>,
    job: Job,
    transfer?: ArrayBuffer[],
  ) => Promise<Output<Name>>
}

/** Work on a text took too long or too much memory, or too much other work is waiting. */
export class TextWorkLimit extends Error {
  readonly reason: 'time' | 'memory' | 'busy'
  constructor(reason: TextWorkLimit['reason']) {
    super(`Work on a text was given up: ${reason}.`)
    this.name = 'TextWorkLimit'
    this.reason = reason
  }

  toProblem(): ProblemError {
    if (this.reason === 'busy') {
      const detail = 'Too many texts are being worked on. Try again in a few seconds.'
      return new ProblemError(503, 'busy', detail, comeBackS)
    }
    const detail = `This text takes more ${this.reason} than the server has for one. Take it in another form, or a shorter one.`
    return new ProblemError(422, 'text-too-costly', detail)
  }
}
