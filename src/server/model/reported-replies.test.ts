import { describe, expect, test } from 'vitest'
import { asked, plain, replayReply, type Replayed } from './replay-reply.ts'

type Options = Parameters<typeof replayReply>[2]
const chunk = (delta: object | null | undefined, rest: object = {}) =>
  JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null, ...rest }] })
const says = (content: string) => chunk({ content })
const stop = chunk({}, { finish_reason: 'stop' })
const framed = (data: string[], between = '\n\n') => data.map((each) => `data: ${each}${between}`).join('')
const stream = (...data: string[]) => framed([...data, '[DONE]'])

const six = ['The answer', ' is 6.']
const answered: Partial<Replayed> = { answer: 'The answer is 6.' }

function check(name: string, text: string, expected: Partial<Replayed>, options: Options = plain) {
  const whole = { thinking: '', answer: '', usage: [], end: 'stop', ends: 1, ...expected }
  test(name, () => {
    for (const size of [1e6, 13, 1]) expect(replayReply(text, size, options)).toEqual(whole)
  })
}

describe('events that stand closer than the format says', () => {
  const said = [...six.map(says), stop]
  check('one line end between all', framed([...said, '[DONE]'], '\n'), answered)
  check('a carriage return and a line feed between all', framed([...said, '[DONE]'], '\r\n'), answered)
  check('pairs of them', said.map((each, index) => `data: ${each}${index % 2 ? '\n\n' : '\n'}`).join(''), answered)
  check('a null between them', framed([says(six[0] ?? ''), 'null', says(six[1] ?? ''), 'null', stop], '\n'), answered)
  check('a null between them, in events of its own', stream('null', ...said, 'null'), answered)
  check(
    'the usage behind one',
    framed([...said, JSON.stringify({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } })], '\n'),
    { ...answered, usage: [{ inputTokens: 1, outputTokens: 2 }] },
  )
  check('no space behind the colon', said.map((each) => `data:${each}\n`).join(''), answered)
  check('named events', said.map((each) => `event: message\ndata: ${each}\n`).join(''), answered)
  check(
    'an object over several data lines',
    said.map((each) => `data: ${JSON.stringify(JSON.parse(each), null, 1).replaceAll('\n', '\ndata: ')}\n\n`).join(''),
    answered,
  )
  check('a damaged event among them', framed(['{"choices":[{"delta":{"cont', ...said], '\n'), {
    ...answered,
    end: 'cut-off',
  })
})

describe('replies that are no event stream', () => {
  const whole = { choices: [{ message: { content: 'The answer is 6.' }, finish_reason: 'stop' }] }
  check('a whole answer', JSON.stringify(whole), answered)
  check('a whole answer over many lines', JSON.stringify(whole, null, 2), answered)
  check('JSON lines', [...six.map(says), stop].join('\n'), answered)
  check('an error', '{"error":{"code":"invalid_api_key","message":"Incorrect API key provided."}}', {
    end: 'invalid-key',
  })
  check('an error over many lines', JSON.stringify({ error: { message: 'Model does not support images.' } }, null, 2), {
    end: 'media-rejected',
  })
  check('plain text', 'The upstream is busy.\nCome back later.', { end: 'upstream-unavailable' })
  check('a page', '<!doctype html>\n<html>\n<script>\n{\n</script>', { end: 'upstream-unavailable' })
  check('nothing', '', { end: 'cut-off' })
})

describe('a last chunk that carries the whole message', () => {
  const message = { role: 'assistant', reasoning_content: 'Two times three.', content: 'The answer is 6.' }
  const pieces = [chunk({ reasoning_content: 'Two times three.' }), ...six.map(says)]
  const both = { ...answered, thinking: 'Two times three.' }
  const last = (delta: object | null | undefined, rest: object) => chunk(delta, { message, ...rest })
  const finish = { finish_reason: 'stop' }
  check('without a delta', stream(...pieces, last(undefined, finish)), both, asked)
  check('with null for a delta', stream(...pieces, last(null, finish)), both, asked)
  check('with an empty delta', stream(...pieces, last({}, finish)), both, asked)
  check('behind the finish', stream(...pieces, stop, last(null, {})), both, asked)
  check(
    'as an object of its own',
    stream(...pieces, JSON.stringify({ object: 'chat.completion', choices: [{ message, finish_reason: 'stop' }] })),
    both,
    asked,
  )
  check('and nothing came before', stream(last(null, finish)), both, asked)
  check('and its end was lost before', stream(...pieces.slice(0, 2), last(null, finish)), both, asked)
  check(
    'in other words',
    stream(...pieces, chunk(null, { message: { content: '6' }, finish_reason: 'stop' })),
    both,
    asked,
  )
})

describe('thinking among the text', () => {
  const long = 'Six is two times three. '.repeat(25)
  const both = { ...answered, thinking: 'Let me see.' }
  const parts = (...texts: string[]) => stream(...texts.map(says), stop)
  for (const [mode, options] of Object.entries({ asked, plain })) {
    check(`no opening tag (${mode})`, parts('Let me see.', '</think>\n\n', ...six), both, options)
    check(
      `no opening tag for 600 characters (${mode})`,
      parts(long, '</thi', 'nk>', ...six),
      { ...answered, thinking: long },
      options,
    )
    check(
      `several blocks (${mode})`,
      parts('<think>a</think>', 'One. ', '<think>b</think>', 'Two.'),
      { thinking: 'ab', answer: 'One. Two.' },
      options,
    )
    check(`capitals (${mode})`, parts('<THINK>Let me see.</THINK>', ...six), both, options)
    check(`of Kimi (${mode})`, parts('◁think▷Let me see.◁/think▷', ...six), both, options)
    check(`of Seed (${mode})`, parts('<seed:think>Let me see.</seed:think>', ...six), both, options)
    check(`of Gemma (${mode})`, parts('<|channel>thought', 'Let me see.<channel|>', ...six), both, options)
    check(`of Magistral (${mode})`, parts('[THINK]Let me see.[/THINK]', ...six), both, options)
    check(
      `a closing tag behind thinking in its own field (${mode})`,
      stream(chunk({ reasoning_content: 'Let me see.' }), says('\n</think>\n\n'), ...six.map(says), stop),
      both,
      options,
    )
    check(
      `a block behind thinking in its own field (${mode})`,
      stream(chunk({ reasoning_content: 'Let me' }), says('<think> see.</think>'), ...six.map(says), stop),
      both,
      options,
    )
    check(
      `another tag within a block (${mode})`,
      parts('<think>a</thought>b</think>', ...six),
      { ...answered, thinking: 'a</thought>b' },
      options,
    )
    check(
      `a tag in backticks (${mode})`,
      parts('The tag `</think>` ends it, `<think>` begins it.'),
      { answer: 'The tag `</think>` ends it, `<think>` begins it.' },
      options,
    )
  }
  check('the answer came as thinking, which nobody asked for', stream(chunk({ reasoning: 'It is 6.' }), stop), {
    thinking: 'It is 6.',
    answer: 'It is 6.',
  })
  check(
    'the same where thinking was asked for',
    stream(chunk({ reasoning: 'It is 6.' }), stop),
    { thinking: 'It is 6.' },
    asked,
  )
  check('blank content before thinking', stream(says('\n'), chunk({ reasoning: 'Hm.' }), says('6'), stop), {
    thinking: 'Hm.',
    answer: '\n6',
  })
})

describe('what is held back when the stream breaks', () => {
  test.each([
    ['undecided text', 'The answer is 4', plain, '', 'The answer is 4'],
    [
      'undecided text of a model that thinks',
      'Hmm, four?',
      { expects: 'thinking', thinks: true } as const,
      'Hmm, four?',
      '',
    ],
    ['half an opening tag', '<thin', plain, '', '<thin'],
    ['half a closing tag', '<think>so</thi', plain, 'so</thi', ''],
  ])('%s is kept', (_name, text, options, thinking, answer) => {
    const replayed = replayReply(stream(says(text)).replace('data: [DONE]\n\n', ''), 1, options, true)
    expect(replayed).toMatchObject({ thinking, answer, ends: 0 })
  })

  test('usage that is known is kept too', () => {
    const usage = { prompt_tokens: 1, completion_tokens: 2 }
    const text = framed([JSON.stringify({ choices: [{ delta: { content: 'a' } }], usage })])
    expect(replayReply(text, 1e6, plain, true).usage).toEqual([{ inputTokens: 1, outputTokens: 2 }])
  })
})

describe('several choices', () => {
  const choice = (index: number, content: string, finish: string | null = null) => ({
    index,
    delta: { content },
    finish_reason: finish,
  })
  const choices = (...each: object[]) => JSON.stringify({ choices: each })
  check('the first is meant, wherever it stands', stream(choices(choice(1, 'B'), choice(0, 'A')), stop), {
    answer: 'A',
  })
  check('and in whatever chunk', stream(choices(choice(1, 'B', 'length')), choices(choice(0, 'A', 'stop'))), {
    answer: 'A',
  })
  check(
    'one that is numbered otherwise is still the answer',
    stream(choices(choice(1, 'A')), choices(choice(1, 'B', 'stop'))),
    {
      answer: 'AB',
    },
  )
  check(
    'so is a part that is numbered as a choice',
    stream(chunk({ reasoning_content: 'Hm.' }), choices(choice(1, 'A')), stop),
    { thinking: 'Hm.', answer: 'A' },
    asked,
  )
})

describe('refusals and errors within', () => {
  check('a refusal is shown', stream(chunk({ refusal: 'I cannot' }), chunk({ refusal: ' help.' }), stop), {
    answer: 'I cannot help.',
  })
  check('an error in a choice', stream(says('a'), chunk({}, { error: { code: 502, message: 'Bad gateway' } })), {
    answer: 'a',
    end: 'upstream-unavailable',
  })
})
