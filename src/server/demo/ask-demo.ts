import { createHash } from 'node:crypto'
import { estimateTokens } from '../../shared/estimate-tokens.ts'
import type { RunEventBody, Usage } from '../../shared/run/run.ts'
import type { Ask, AskRequest } from '../model/contract.ts'
import { paceText, seededRandom, type Step } from './pace.ts'
import type { DemoSample } from './samples/sample.ts'
import { demoSamples } from './samples/samples.ts'

type Picture = { mime: string; bytes: Uint8Array }

/** Plays a written sample when asked exactly that, and otherwise says honestly that no model is connected. `speed` divides every wait. */
export function createAskDemo({ speed = 1 }: { speed?: number } = {}): Ask {
  return async (request, signal, emit) => {
    if (signal.aborted) return
    await emit({ type: 'start', model: request.model.id })
    const turn = request.turns.at(-1)
    const question = turn?.question.trim() ?? ''
    const pictures = await Promise.all(
      (turn?.media ?? []).map(async ({ mime, read }) => ({ mime, bytes: await read() })),
    )
    const sample = findSample(question, pictures)
    for (const { wait, event } of sample ? playSample(sample, request) : playNotice(question, pictures, request)) {
      if (!(await pass(wait / speed, signal))) return
      await emit(event)
    }
  }
}

type Cue = { wait: number; event: RunEventBody }

function findSample(question: string, pictures: Picture[]): DemoSample | undefined {
  const [picture, ...others] = pictures
  if (!picture || others.length > 0) return undefined
  const candidates = demoSamples.filter((sample) => sample.question === question)
  if (candidates.length === 0) return undefined
  const sha256 = createHash('sha256').update(picture.bytes).digest('hex')
  return candidates.find((sample) => sample.sha256 === sha256)
}

function playSample(sample: DemoSample, { model, thinking }: AskRequest): Cue[] {
  const random = seededRandom(Number.parseInt(sample.sha256.slice(0, 8), 16))
  const thinks = thinking.enabled || model.thinking === 'always'
  return [
    ...(thinks ? play('thinking-delta', paceText(sample.thinkingText, random), 700) : []),
    ...play('answer-delta', paceText(sample.answerText, random), 450),
    { wait: 0, event: { type: 'usage', ...usageOf(sample, thinks, model.pixels?.factor ?? 32) } },
    { wait: 0, event: { type: 'finish', reason: 'stop' } },
  ]
}

const play = (type: 'thinking-delta' | 'answer-delta', steps: Step[], pause: number): Cue[] =>
  steps.map(({ wait, text }, index) => ({
    wait: index === 0 ? wait + pause : wait,
    event: { type, text },
  }))

function usageOf(sample: DemoSample, thinks: boolean, factor: number): Usage {
  const imageTokens = Math.round(sample.width / factor) * Math.round(sample.height / factor) + 2
  const thinkingTokens = thinks ? estimateTokens(sample.thinkingText) : 0
  return {
    inputTokens: imageTokens + estimateTokens(sample.question) + 9,
    outputTokens: thinkingTokens + estimateTokens(sample.answerText),
    ...(thinks ? { thinkingTokens } : {}),
    imageTokens,
  }
}

function playNotice(question: string, pictures: Picture[], request: AskRequest): Cue[] {
  const text = /\p{Script=Han}/u.test(question)
    ? noticeZh(question, pictures, request)
    : noticeEn(question, pictures, request)
  return [
    ...play('answer-delta', paceText(text, seededRandom(text.length)), 200),
    { wait: 0, event: { type: 'finish', reason: 'stop' } },
  ]
}

const describe = ({ mime, bytes }: Picture) => `${mime}, ${Math.max(1, Math.round(bytes.length / 1024))} kB`
const countChars = (text: string) => Array.from(text).length

function noticeEn(question: string, pictures: Picture[], { model, thinking }: AskRequest): string {
  const budget = thinking.budget === undefined ? 'no budget set' : `budget ${thinking.budget} tokens`
  const files = pictures.length === 0 ? 'none' : `${pictures.length} (${pictures.map(describe).join('; ')})`
  return `**No model is connected.** This is demo mode, which only plays its written samples, so this question was not answered and nothing was sent anywhere.

With a model connected, this would have been sent:

- Model: \`${model.id}\`
- Thinking: ${thinking.enabled ? `on, ${budget}` : 'off'}
- Pictures: ${files}
- Question: ${countChars(question)} characters

To connect a model, do one of these and start the server again:

- set \`DASHSCOPE_API_KEY\` in \`.env\`
- set \`MODEL_BASE_URL\` in \`.env\` to a compatible server
- start Ollama with a vision model`
}

function noticeZh(question: string, pictures: Picture[], { model, thinking }: AskRequest): string {
  const budget = thinking.budget === undefined ? '未设预算' : `预算 ${thinking.budget} tokens`
  const files = pictures.length === 0 ? '无' : `${pictures.length} 张（${pictures.map(describe).join('；')}）`
  return `**没有连接模型。** 现在是演示模式，只会播放写好的示例，所以这个问题没有得到解答，也没有向任何地方发送内容。

连接模型后，会发送以下内容：

- 模型：\`${model.id}\`
- 思考：${thinking.enabled ? `开启，${budget}` : '关闭'}
- 图片：${files}
- 问题：${countChars(question)} 个字符

要连接模型，请任选一种方式，然后重新启动服务：

- 在 \`.env\` 中设置 \`DASHSCOPE_API_KEY\`
- 在 \`.env\` 中把 \`MODEL_BASE_URL\` 设为兼容的服务地址
- 启动 Ollama，并装好一个视觉模型`
}

/** Waits, and tells whether to go on: an abort ends the wait at once. */
function pass(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted || !(ms > 0)) return Promise.resolve(!signal.aborted)
  return new Promise((resolve) => {
    const stop = () => {
      clearTimeout(timer)
      resolve(false)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve(true)
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  })
}
