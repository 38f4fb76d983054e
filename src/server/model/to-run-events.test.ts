import { expect, test } from 'vitest'
import { asked, plain, replayReply } from './replay-reply.ts'

const chunk = (delta: object, finish: string | null = null) => ({
  choices: [{ delta, finish_reason: finish }],
  usage: null,
})
const lines = (...chunks: object[]) => chunks.map((value) => `data: ${JSON.stringify(value)}\n\n`).join('')
const done = 'data: [DONE]\n\n'
const stop = chunk({ content: '' }, 'stop')
const native = (message: object, finish: string, output: number) =>
  `id:1\nevent:result\n:HTTP_STATUS/200\ndata:${JSON.stringify({
    output: { choices: [{ finish_reason: finish, message }] },
    usage: { input_tokens: 58, output_tokens: output, image_tokens: 7 },
  })}\n\n`

type Expected = { thinking?: string; answer?: string; usage?: object[]; end?: string }
const usage = { prompt_tokens: 544, completion_tokens: 590, prompt_tokens_details: { image_tokens: 520 } }
const readUsage = { inputTokens: 544, outputTokens: 590, imageTokens: 520 }

const cases: [name: string, text: string, expected: Expected, thinks?: boolean][] = [
  [
    'a thinking stream with CJK, an emoji and a mixed delta',
    lines(
      chunk({ content: null, reasoning_content: '' }),
      chunk({ reasoning_content: '设 x 😀' }),
      chunk({ reasoning_content: '。', content: '答案' }),
      stop,
      { choices: [], usage },
    ) + done,
    { thinking: '设 x 😀。', answer: '答案', usage: [readUsage] },
  ],
  [
    'usage in a chunk with choices',
    lines(chunk({ content: 'a' }), { ...stop, usage }) + done,
    { answer: 'a', usage: [readUsage] },
  ],
  [
    'usage inside the choice',
    lines(chunk({ content: 'a' }), { choices: [{ delta: {}, finish_reason: 'stop', usage }] }),
    { answer: 'a', usage: [readUsage] },
  ],
  [
    'the same thinking under two names',
    lines(chunk({ reasoning: 'a', reasoning_content: 'a', reasoning_details: [{ text: 'a' }] }), stop),
    { thinking: 'a' },
    true,
  ],
  [
    'reasoning_details alone',
    lines(chunk({ reasoning_details: [{ type: 'reasoning.text', text: 'a' }] }), stop),
    { thinking: 'a' },
    true,
  ],
  [
    'typed parts',
    lines(
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'a' }] }] }),
      chunk({ content: [{ type: 'text', text: 'b' }] }),
      stop,
    ),
    { thinking: 'a', answer: 'b' },
  ],
  [
    'inline tags split across chunks',
    lines(...['<thi', 'nk>a <', ' b</th', 'ink>\n', '\nc'].map((content) => chunk({ content })), stop),
    { thinking: 'a < b', answer: 'c' },
  ],
  [
    'a lone closing tag',
    lines(chunk({ content: 'a</thi' }), chunk({ content: 'nk>b' }), stop),
    { thinking: 'a', answer: 'b' },
    true,
  ],
  [
    'a tag that the text speaks of after a separate field',
    lines(chunk({ reasoning: 'a' }), chunk({ content: 'Write <think>b' }), stop),
    { thinking: 'a', answer: 'Write <think>b' },
    true,
  ],
  ['a short answer of a model that was to think', lines(chunk({ content: 'a' }), stop), { answer: 'a' }, true],
  [
    'a tag later in an answer',
    lines(chunk({ content: 'Use <think> and </think>' }), stop),
    { answer: 'Use <think> and </think>' },
  ],
  ['a limit', lines(chunk({ reasoning_content: 'a' }), chunk({}, 'length')), { thinking: 'a', end: 'length' }],
  ['no finish reason', lines(chunk({ content: 'a' })), { answer: 'a', end: 'cut-off' }],
  ['a bare [DONE]', done, { end: 'cut-off' }],
  ['a broken frame', `data: {"cho\n\n${lines(chunk({ content: 'a' }), stop)}`, { answer: 'a', end: 'cut-off' }],
  ['a word of a relay', `data: not json\n\n${lines(chunk({ content: 'a' }), stop)}`, { answer: 'a' }],
  ['a broken frame behind the finish', `${lines(chunk({ content: 'a' }), stop)}data: {"cho\n\n`, { answer: 'a' }],
  [
    'moderation within the stream',
    lines(chunk({ content: 'a' }), {
      error: { code: 'data_inspection_failed', message: 'Output data may contain inappropriate content.' },
    }) + done,
    { answer: 'a', end: 'moderation-output' },
  ],
  [
    'an error that looks like a usage chunk',
    lines(chunk({ content: 'a' }), { choices: [], error: { code: 502, message: 'Provider returned error' } }),
    { answer: 'a', end: 'upstream-unavailable' },
  ],
  ['no blank line at the end', lines(chunk({ content: 'a' }), stop).trimEnd(), { answer: 'a' }],
  ['comments', `: OPENROUTER PROCESSING\n\n${lines(chunk({ content: 'a' }), stop)}`, { answer: 'a' }],
  [
    'the native protocol',
    native({ content: [], reasoning_content: 'a' }, 'null', 1) +
      native({ content: [{ text: 'c' }], reasoning_content: 'b' }, 'null', 2) +
      native({ content: [] }, 'stop', 3),
    { thinking: 'ab', answer: 'c', usage: [{ inputTokens: 58, outputTokens: 3, imageTokens: 7 }] },
  ],
  [
    'a native stream that just closes',
    native({ content: [{ text: 'a' }] }, 'null', 1),
    { answer: 'a', usage: [{ inputTokens: 58, outputTokens: 1, imageTokens: 7 }], end: 'cut-off' },
  ],
  [
    'a native error frame',
    'id:1\nevent:error\n:HTTP_STATUS/400\ndata:{"code":"DataInspectionFailed","message":"Input image data may contain inappropriate content.","request_id":"r"}\n\n',
    { end: 'moderation-input' },
  ],
]

for (const [name, text, expected, thinks = false] of cases) {
  const whole = { thinking: '', answer: '', usage: [], end: 'stop', ends: 1, ...expected }
  const forms: [string, string][] = [
    ['LF', text],
    ['CRLF', text.replaceAll('\n', '\r\n')],
    ['CR', text.replaceAll('\n', '\r')],
    ['BOM', `\uFEFF${text}`],
  ]
  test.each(forms)(`${name}: the same whole, in pieces and byte by byte (%s)`, (_form, form) => {
    for (const size of [1e6, 17, 1]) expect(replayReply(form, size, thinks ? asked : plain)).toEqual(whole)
  })
}
