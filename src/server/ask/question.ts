import { z } from 'zod'
import { cleanQuestion } from '../../shared/clean-question.ts'
import { limits, thinksByDefault, type Model } from '../../shared/config.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { Thinking } from '../../shared/run/run.ts'

const id = z.string().min(1).max(64)

/** What may be asked. Text and counts are checked by `checkQuestion`, so that each limit is named in words. */
export const questionSchema = z.object({
  question: z.string(),
  media: z.array(id).default([]),
  model: z.string().max(200).optional(),
  thinking: z.object({ enabled: z.boolean(), budget: z.number().int().positive().optional() }).optional(),
  parent: id.optional(),
  siblingOf: id.optional(),
  highResolution: z.boolean().optional(),
  key: z.string().min(1).max(200).optional(),
})
export type QuestionInput = z.infer<typeof questionSchema>

/** Returns the question's text as `cleanQuestion` has it. Throws a ProblemError that names the limit. */
export function checkQuestion({ question, media }: QuestionInput): string {
  const text = cleanQuestion(question)
  if (text.length > limits.maxQuestionChars) {
    throw new ProblemError(
      422,
      'question-too-long',
      `A question may have ${limits.maxQuestionChars} characters. Shorten it.`,
    )
  }
  if (text === '') {
    throw new ProblemError(422, 'question-empty', 'The question is empty. Write what you want to know.')
  }
  if (media.length > limits.maxMedia) {
    throw new ProblemError(422, 'too-many-media', `A question may have ${limits.maxMedia} pictures. Remove some.`)
  }
  return text
}

/** Throws a ProblemError for a model that is not in the list. */
export function findModel(models: Model[], wanted: string): Model {
  const model = models.find((candidate) => candidate.id === wanted)
  if (model) return model
  throw new ProblemError(422, 'unknown-model', 'This server does not offer that model. Pick one from the list.')
}

/** How the model is to think: as requested, or as it does by default. Throws a ProblemError for what it cannot do. */
export function toThinking(model: Model, requested: QuestionInput['thinking']): Thinking {
  const enabled = requested?.enabled ?? thinksByDefault(model)
  if (model.thinking === 'always' && !enabled) {
    throw new ProblemError(
      422,
      'thinking-not-switchable',
      `${model.id} always thinks. Leave thinking on or pick another model.`,
    )
  }
  if (model.thinking === 'never') return { enabled: false }
  if (!enabled || requested?.budget === undefined) return { enabled }
  if (model.maxBudget === undefined || requested.budget > model.maxBudget) {
    const limit = model.maxBudget === undefined ? 'takes no budget' : `takes a budget up to ${model.maxBudget} tokens`
    throw new ProblemError(422, 'budget-out-of-range', `${model.id} ${limit}. Send a smaller one or none.`)
  }
  return { enabled, budget: requested.budget }
}
