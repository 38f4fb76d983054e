import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Model } from '../../shared/config.ts'
import type { RunEventBody } from '../../shared/run/run.ts'
import type { AskRequest } from '../model/contract.ts'
import { createAskDemo } from './ask-demo.ts'
import { paceText, seededRandom } from './pace.ts'
import { demoSamples, samples } from './samples/samples.ts'

const model: Model = {
  id: 'some-vl',
  label: 'Some VL',
  thinking: 'switchable',
  thinkingDefault: true,
  switch: 'enable_thinking',
  media: ['image'],
}
const readPicture = (image: string) => readFile(join(import.meta.dirname, '../../../public', image))
const requestOf = (
  question: string,
  read: () => Promise<Uint8Array>,
  thinking: AskRequest['thinking'] = { enabled: true },
): AskRequest => ({
  model,
  thinking,
  turns: [{ question, media: [{ mime: 'image/png', read }] }],
})

async function collect(request: AskRequest, signal = new AbortController().signal) {
  const events: RunEventBody[] = []
  await createAskDemo({ speed: Infinity })(request, signal, (event) => void events.push(event))
  return events
}
const textOf = (events: RunEventBody[], type: 'thinking-delta' | 'answer-delta') =>
  events.map((event) => (event.type === type && 'text' in event ? event.text : '')).join('')

afterEach(() => {
  vi.useRealTimers()
})

describe.each(demoSamples)('sample $id', (sample) => {
  it('has a small bare picture with the hash it names', async () => {
    const file = await readPicture(sample.image)
    expect(createHash('sha256').update(file).digest('hex')).toBe(sample.sha256)
    expect(file.length).toBeLessThanOrEqual(120 * 1024)
    const chunks: string[] = []
    for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at))
      chunks.push(file.toString('latin1', at + 4, at + 8))
    expect(chunks.filter((name) => !['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'].includes(name))).toEqual([])
    expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([sample.width, sample.height])
  })

  it('plays its thinking, then its answer, then the end', async () => {
    const events = await collect(requestOf(` ${sample.question}\n`, () => readPicture(sample.image)))
    expect(textOf(events, 'thinking-delta')).toBe(sample.thinkingText)
    expect(textOf(events, 'answer-delta')).toBe(sample.answerText)
    const order = events.map((event) => event.type).filter((type, index, all) => type !== all[index - 1])
    expect(order).toEqual(['start', 'thinking-delta', 'answer-delta', 'usage', 'finish'])
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' })
    expect(sample.answerText).toContain('\\boxed{')
  })

  it('takes between 12 and 25 seconds', () => {
    const random = seededRandom(Number.parseInt(sample.sha256.slice(0, 8), 16))
    const steps = [...paceText(sample.thinkingText, random), ...paceText(sample.answerText, random)]
    const seconds = steps.reduce((sum, { wait }) => sum + wait, 1150) / 1000
    expect(seconds).toBeGreaterThan(12)
    expect(seconds).toBeLessThan(25)
  })
})

describe('the figures', () => {
  it('are what a computation gives', () => {
    const cd = (8 * 6) / (10 + 6)
    expect(Math.hypot(6, cd)).toBeCloseTo(3 * Math.sqrt(5), 10)
    for (const root of [3 + Math.sqrt(5), 3 - Math.sqrt(5)]) expect(root ** 2 - 6 * root + 4).toBeCloseTo(0, 10)
    const slices = 3000
    let area = 0
    for (let i = 0; i < slices; i++) {
      const x = ((i + 0.5) * 3) / slices
      area += ((4 * x - x * x - x) * 3) / slices
    }
    expect(area).toBeCloseTo(9 / 2, 5)
    const paper = [450, 400, 400, 350, 350, 300]
    const ebooks = [150, 200, 250, 300, 400, 450]
    expect(ebooks.findIndex((loans, month) => loans > (paper[month] ?? 0))).toBe(4)
    expect((300 + 450) / (450 + 150)).toBe(1.25)
    const slope = Math.PI / 6
    expect(Math.sqrt(2 * 9.8 * (Math.sin(slope) - 0.2 * Math.cos(slope)) * 5)).toBeCloseTo(5.66, 2)
    expect(0.5 * 6 * (6 * Math.tan(Math.PI / 3)) - (Math.PI * 36) / 6).toBeCloseTo(18 * Math.sqrt(3) - 6 * Math.PI, 10)
    const pairs = ['红', '蓝', '蓝'].flatMap((a) => ['红', '蓝', '黄'].map((b) => a + b))
    expect(pairs.filter((pair) => pair === '红蓝' || pair === '蓝红').length / pairs.length).toBeCloseTo(1 / 3, 10)
  })
})

describe('createAskDemo', () => {
  const [sample] = demoSamples
  if (!sample) throw new Error('no samples')

  it('leaves the thinking out when it is off', async () => {
    const events = await collect(requestOf(sample.question, () => readPicture(sample.image), { enabled: false }))
    expect(textOf(events, 'thinking-delta')).toBe('')
    expect(textOf(events, 'answer-delta')).toBe(sample.answerText)
  })

  it('is honest about another picture, in English', async () => {
    const picture = () => Promise.resolve(new Uint8Array(2048))
    const events = await collect(requestOf(sample.question, picture, { enabled: true, budget: 500 }))
    const text = textOf(events, 'answer-delta')
    expect(events[0]).toEqual({ type: 'start', model: 'some-vl' })
    for (const part of [
      'No model is connected',
      '`some-vl`',
      'on, budget 500 tokens',
      '1 (image/png, 2 kB)',
      `${sample.question.length} characters`,
      'DASHSCOPE_API_KEY',
      'MODEL_BASE_URL',
      'Ollama',
    ])
      expect(text).toContain(part)
    expect(events.some((event) => event.type === 'usage' || event.type === 'thinking-delta')).toBe(false)
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' })
  })

  it('is honest about another question, in Chinese', async () => {
    const text = textOf(
      await collect(requestOf('求 x 的值', () => readPicture(sample.image), { enabled: false })),
      'answer-delta',
    )
    for (const part of [
      '没有连接模型',
      '思考：关闭',
      '1 张（image/png',
      '6 个字符',
      'DASHSCOPE_API_KEY',
      'MODEL_BASE_URL',
      'Ollama',
    ])
      expect(text).toContain(part)
  })

  it('paces the same text the same way each time', () => {
    expect(paceText(sample.thinkingText, seededRandom(5))).toEqual(paceText(sample.thinkingText, seededRandom(5)))
  })

  it('returns at once on an abort and leaves no timer', async () => {
    vi.useFakeTimers()
    const controller = new AbortController()
    const picture = await readPicture(sample.image)
    const events: RunEventBody[] = []
    const asked = createAskDemo()(
      requestOf(sample.question, () => Promise.resolve(picture)),
      controller.signal,
      (event) => void events.push(event),
    )
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1))
    controller.abort()
    await asked
    expect(events).toEqual([{ type: 'start', model: 'some-vl' }])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('offers the page no written text', () => {
    expect(samples).toHaveLength(7)
    for (const offered of samples)
      expect(Object.keys(offered).sort()).toEqual(['alt', 'id', 'image', 'language', 'question', 'title'])
  })
})
