import type { Model } from '../../shared/config.ts'
import type { Thinking } from '../../shared/run.ts'

export type ResolvedTurn = { question: string; pictures: string[]; thinkingText?: string; answerText?: string }
export type ResolvedRequest = { model: Model; thinking: Thinking; turns: ResolvedTurn[] }

function toSwitches({ model, thinking }: ResolvedRequest): Record<string, unknown> {
  if (model.thinking === 'never') return {}
  const budget = thinking.enabled &&
    thinking.budget !== undefined &&
    model.maxBudget !== undefined && { thinking_budget: thinking.budget }
  if (model.thinking === 'always') return { ...budget }
  switch (model.switch) {
    case 'enable_thinking':
      return { enable_thinking: thinking.enabled, ...budget }
    case 'chat-template':
      return { chat_template_kwargs: { enable_thinking: thinking.enabled } }
    case 'reasoning-effort':
      return thinking.enabled ? {} : { reasoning_effort: 'none' }
    case 'none':
      return {}
  }
}

function toMessages({ model, turns }: ResolvedRequest, toContent: (turn: ResolvedTurn) => unknown): unknown[] {
  return turns.flatMap((turn, index) => {
    const question = { role: 'user', content: toContent(turn) }
    if (index === turns.length - 1) return [question]
    const thinking = model.wantsThinkingBack && turn.thinkingText ? { reasoning_content: turn.thinkingText } : {}
    return [question, { role: 'assistant', content: turn.answerText ?? '', ...thinking }]
  })
}

/** The body of a compatible-mode `/chat/completions` call; extensions stand at the top level. */
export function toOpenAiBody(request: ResolvedRequest): Record<string, unknown> {
  return {
    model: request.model.id,
    messages: toMessages(request, ({ question, pictures }) =>
      pictures.length === 0
        ? question
        : [...pictures.map((url) => ({ type: 'image_url', image_url: { url } })), { type: 'text', text: question }],
    ),
    stream: true,
    stream_options: { include_usage: true },
    ...toSwitches(request),
  }
}

/** The body of DashScope's own multimodal-generation call; the same switches stand under `parameters`. */
export function toDashScopeBody(request: ResolvedRequest): Record<string, unknown> {
  return {
    model: request.model.id,
    input: {
      messages: toMessages(request, ({ question, pictures }) => [
        ...pictures.map((image) => ({ image })),
        { text: question },
      ]),
    },
    parameters: { result_format: 'message', incremental_output: true, ...toSwitches(request) },
  }
}
