import { TextWorkLimit, type Input, type Output, type TextWork } from '../text-workers/text-work.ts'

/** Of one file. What comes later is given as it was written. */
const maxDrawingMs = 60_000

type DrawingTask = 'toMarkdownPart' | 'toHtmlPart' | 'toWordPart'

/** Draws a part of a file whose texts have so many characters. */
export type Draw = <Name extends DrawingTask>(
  name: Name,
  input: Omit<Input<Name>, 'isPlain'>,
  chars: number,
) => Promise<Output<Name>>

/** Parts of one file of `owner`'s, on threads; texts that take too long come as they were written. */
export function createDraw(work: TextWork, owner: string): Draw {
  let drawnMs = 0
  return async (name, input, chars) => {
    const run = async (isPlain: boolean) =>
      await work.run(name, { ...input, isPlain } as Input<typeof name>, { owner, chars })
    const startedAt = performance.now()
    try {
      return await run(drawnMs > maxDrawingMs)
    } catch (error) {
      if (!(error instanceof TextWorkLimit) || error.reason === 'busy') throw error
      return await run(true)
    } finally {
      drawnMs += performance.now() - startedAt
    }
  }
}
