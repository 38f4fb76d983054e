import type { Model } from '../../shared/config.ts'
import type { Thinking } from '../../shared/run/run.ts'

/** A picture as a data URL, or a video: its frames as such, or an address the upstream fetches. */
export type ResolvedMedia = string | { fps: number; frames: string[] } | { fps: number; url: string }
export type ResolvedTurn = { question: string; media: ResolvedMedia[]; thinkingText?: string; answerText?: string }
export type ResolvedRequest = { model: Model; thinking: Thinking; turns: ResolvedTurn[]; highResolution?: boolean }

function toSwitches(request: ResolvedRequest): Record<string, unknown> {
  return { ...toThinkingSwitches(request), ...(request.highResolution && { vl_high_resolution_images: true }) }
}

function toThinkingSwitches({ model, thinking }: ResolvedRequest): Record<string, unknown> {
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

function toOpenAiPart(item: ResolvedMedia): Record<string, unknown> {
  if (typeof item === 'string') return { type: 'image_url', image_url: { url: item } }
  if ('url' in item) return { type: 'video_url', video_url: { url: item.url }, fps: item.fps }
  return { type: 'video', video: item.frames, fps: item.fps }
}

function toDashScopePart(item: ResolvedMedia): Record<string, unknown> {
  if (typeof item === 'string') return { image: item }
  return { video: 'url' in item ? item.url : item.frames, fps: item.fps }
}

const streamOptions = { include_usage: true }
const usageWish = `,"stream_options":${JSON.stringify(streamOptions)}`

/** The same body, which may hold many pictures, without the wish to be told the usage. */
export function withoutUsage(body: Buffer): Buffer {
  const at = body.lastIndexOf(usageWish)
  return at === -1 ? body : Buffer.concat([body.subarray(0, at), body.subarray(at + usageWish.length)])
}

/** The body of a compatible-mode `/chat/completions` call; extensions stand at the top level. */
export function toOpenAiBody(request: ResolvedRequest): Record<string, unknown> {
  return {
    model: request.model.id,
    messages: toMessages(request, ({ question, media }) =>
      media.length === 0 ? question : [...media.map(toOpenAiPart), { type: 'text', text: question }],
    ),
    stream: true,
    stream_options: streamOptions,
    ...toSwitches(request),
  }
}

/** The body of DashScope's own multimodal-generation call; the same switches stand under `parameters`. */
export function toDashScopeBody(request: ResolvedRequest): Record<string, unknown> {
  return {
    model: request.model.id,
    input: {
      messages: toMessages(request, ({ question, media }) => [...media.map(toDashScopePart), { text: question }]),
    },
    parameters: { result_format: 'message', incremental_output: true, ...toSwitches(request) },
  }
}
