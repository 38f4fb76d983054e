import { cleanQuestion } from '../../shared/clean-question.ts'
import { useRef } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Model } from '../../shared/config.ts'
import type { Messages } from '../../shared/messages/en.ts'
import type { Run } from '../../shared/run/run.ts'
import { createRun, type Question } from '../api/api.ts'
import { hasHighResolution, hasThinking, withoutQuestion, type Draft } from '../composer/draft.ts'
import { toNotes } from '../composer/to-notes.ts'
import { createId } from '../create-id.ts'

type NewQuestion = Omit<Question, 'key'>

/** What the composer holds, ready to be asked. */
export function toQuestion(draft: Draft, model: Model, messages: Messages): NewQuestion {
  const text = cleanQuestion(draft.text) || messages.defaultQuestion
  const notes = toNotes(draft, messages)
  return {
    question: notes.length > 0 ? `${text}\n\n${notes.join('\n')}` : text,
    media: draft.media.flatMap(({ media }) => (media ? [media.id] : [])),
    ...toSettings(draft, model),
  }
}

export function toSettings(draft: Draft, model: Model): Pick<NewQuestion, 'model' | 'thinking' | 'highResolution'> {
  const enabled = hasThinking(model, draft)
  const budget =
    enabled && model.maxBudget !== undefined && draft.budget !== undefined && draft.budget < model.maxBudget
      ? draft.budget
      : undefined
  return {
    model: model.id,
    thinking: { enabled, ...(budget !== undefined && { budget }) },
    ...(hasHighResolution(model, draft) && { highResolution: true }),
  }
}

/** Leaves in the composer what was changed there while the question was on its way, or waits behind a sample. */
export const clearIfUnchanged =
  (question: NewQuestion, model: Model, messages: Messages) =>
  (draft: Draft): Draft => {
    const { question: text, media } = toQuestion(draft, model, messages)
    const isAsked = text === question.question && media.join() === question.media.join()
    return isAsked ? withoutQuestion(draft) : draft
  }

export function useAsk(onAsked: (run: Run, question: NewQuestion) => void) {
  const queries = useQueryClient()
  // The same question keeps its key until it is made: a double click or a lost reply asks once.
  const key = useRef<{ body: string; key: string } | undefined>(undefined)
  const ask = useMutation({
    mutationFn: createRun,
    onSuccess: (run, question) => {
      key.current = undefined
      void queries.invalidateQueries({ queryKey: ['runs'] })
      onAsked(run, question)
    },
  })
  return {
    isAsking: ask.isPending,
    error: ask.error,
    ask(question: NewQuestion) {
      const body = JSON.stringify(question)
      if (key.current?.body !== body) key.current = { body, key: createId() }
      ask.mutate({ ...question, key: key.current.key })
    },
  }
}
