import { createHash } from 'node:crypto'
import { maxTurns } from '../../shared/history.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { Run } from '../../shared/run/run.ts'
import type { MediaLibrary } from '../media/media-library.ts'
import type { Log } from '../metrics/log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { observeRun } from '../metrics/observe-run.ts'
import { countBodyBytes, maxBodyBytes } from '../model/body-bytes.ts'
import type { Turn } from '../model/contract.ts'
import type { Runs } from '../runs/runs.ts'
import type { Meter } from '../spending/meter.ts'
import { checkVideo } from './check-video.ts'
import type { ModelProvider } from './model-provider.ts'
import { checkQuestion, findModel, toThinking, type QuestionInput } from './question.ts'

/** Who asks, and from where. */
export type AskContext = {
  visitor: string
  address: string | undefined
  /** Came through a proxy that nobody named, so from anywhere. */
  isRelayed: boolean
  /** Travels along, so that one id leads from the browser to the upstream. */
  requestId: string
}

type AskDeps = {
  runs: Runs
  meter: Meter
  media: MediaLibrary
  connection: () => ModelProvider
  metrics: Metrics
  log: Log
}

export type AskQuestion = (input: QuestionInput, context: AskContext) => Promise<{ run: Run; isNew: boolean }>

/**
 * Puts a question to a model: checks it, reads the turns before it, sets aside what it may cost, and starts the run. A
 * key used before gives the run of that time (`isNew` false). Throws a ProblemError for whatever is refused.
 */
export function createAskQuestion({ runs, meter, media, connection, metrics, log }: AskDeps): AskQuestion {
  async function readTurns(last: Pick<Run, 'question' | 'media' | 'parent'>, visitor: string): Promise<Turn[]> {
    const turns: Turn[] = []
    for (let at: Partial<Run> & typeof last = last; ;) {
      if (turns.length === maxTurns) {
        throw new ProblemError(422, 'too-many-turns', `A conversation may have ${maxTurns} questions. Begin a new one.`)
      }
      turns.unshift({
        question: at.question,
        media: await Promise.all(at.media.map((item) => media.open(item.id, visitor))),
        ...(at.answerText !== undefined && { answerText: at.answerText }),
        ...(at.thinkingText !== undefined && { thinkingText: at.thinkingText }),
      })
      if (at.parent === undefined) return turns
      at = await runs.read(at.parent, visitor)
    }
  }

  return async function askQuestion(input, { visitor, address, isRelayed, requestId }) {
    const question = checkQuestion(input)
    const { mode, models, defaultModel, ask } = connection()
    const model = findModel(models, input.model ?? defaultModel)
    const thinking = toThinking(model, input.thinking)
    const highResolution = input.highResolution === true && model.pixels?.highMax !== undefined
    const items = await Promise.all(
      input.media.map(async (mediaId) => ({
        ...(await media.read(mediaId, visitor)),
        ...(highResolution && { isHighResolution: true }),
      })),
    )
    for (const item of items) checkVideo(model, item)

    const sibling = input.siblingOf === undefined ? undefined : await runs.read(input.siblingOf, visitor)
    const parent = sibling ? sibling.parent : input.parent
    const turns = await readTurns({ question, media: items, ...(parent !== undefined && { parent }) }, visitor)
    // The sizes tell, before anything is read.
    if (countBodyBytes(turns) > maxBodyBytes) {
      const most = maxBodyBytes / 1024 / 1024
      const detail = `The pictures and texts of this conversation have more than ${most} MB, which no model takes. Begin a new one.`
      throw new ProblemError(413, 'too-large', detail)
    }
    // Said here, not by a run that cannot read its pictures.
    if (turns.some((turn) => turn.media.length > 0)) await media.check()

    const isPaid = mode === 'live'
    const admission = await meter.admit({
      visitor,
      address,
      isRelayed,
      model,
      thinking,
      turns,
      highResolution,
      isPaid,
    })
    const source = admission.meter((signal, emit) =>
      ask({ model, thinking, turns, highResolution, requestId }, signal, emit),
    )
    const { key, ...content } = input
    const newRun = {
      visitor,
      question,
      media: items,
      model: model.id,
      thinking,
      // A group of siblings is named by its first run.
      ...(sibling && { siblingOf: sibling.siblingOf ?? sibling.id }),
      ...(parent !== undefined && { parent }),
      ...(key !== undefined && { key }),
      bodyHash: createHash('sha256').update(JSON.stringify(content)).digest('hex'),
    }
    return await runs.create(newRun, observeRun(source, { model, requestId }, metrics, log), admission.reserve)
  }
}
