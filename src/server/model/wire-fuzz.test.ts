import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asked, plain, replayReply } from './replay-reply.ts'
import { closers, openers } from './think-tags.ts'

const numRuns = 300
const chunk = (delta: object, finish: string | null = null) =>
  JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })
const stop = chunk({}, 'stop')

/** Text as models write it, and as no one does: line ends, field names, braces, surrogate pairs. */
const text = fc
  .array(
    fc.constantFrom('x', ' ', '\n', '\r\n', 'data: {', 'event: error', '[DONE]', '{}', '"', '\\', '好', '😀', '\u2028'),
  )
  .map((parts) => parts.join(''))
const size = fc.constantFrom(1, 2, 7, 64, 1e6)
const modes = fc.constantFrom(plain, asked)

test('however events are separated and cut, their text comes whole, once and in order', () => {
  const end = fc.constantFrom('\n', '\r', '\r\n')
  const noise = fc.constantFrom('', ': ping', 'data: null', 'id: 7', 'retry: 10', 'event: message', 'data:')
  const frame = fc.record({
    text,
    isThinking: fc.boolean(),
    isSpread: fc.boolean(),
    hasBlank: fc.boolean(),
    noise,
    gap: fc.constantFrom('', ' '),
  })
  fc.assert(
    fc.property(fc.array(frame), end, size, (frames, lineEnd, bytes) => {
      const lines = frames.flatMap((each) => {
        const json = chunk(each.isThinking ? { reasoning_content: each.text } : { content: each.text })
        const data = each.isSpread ? JSON.stringify(JSON.parse(json), null, 1).split('\n') : [json]
        // Only a blank line ends what stands on several lines.
        const isEnded = each.hasBlank || each.isSpread
        return [
          ...data.map((line) => `data:${each.gap}${line}`),
          ...(isEnded ? [''] : []),
          ...(each.noise ? [each.noise] : []),
        ]
      })
      const wire = [...lines, `data: ${stop}`, ''].join(lineEnd)
      const replayed = replayReply(wire, bytes, { ...asked, isSeparate: true })
      const join = (isThinking: boolean) =>
        frames.map((each) => (each.isThinking === isThinking ? each.text : '')).join('')
      expect(replayed).toMatchObject({ thinking: join(true), answer: join(false), end: 'stop', ends: 1 })
    }),
    { numRuns },
  )
})

const pairs = openers.map((open, index) => [open, closers[index] ?? ''] as const)
const word = fc.constantFrom(
  'a',
  'b < c',
  'x[1]',
  '\\[ y \\]',
  '</',
  '<b>',
  '好的',
  'so',
  'say `c` d',
  '◁',
  '<thin',
  '\n',
)
const words = fc.array(word, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(' ').trim() || 'x')
const changeCase = (tag: string, isUpper: boolean) => (isUpper ? tag.toUpperCase() : tag)

/** A reply that begins with thinking, whose opening tag may be missing, and goes on with answers and more blocks. */
const script = fc.record({
  isUnopened: fc.boolean(),
  isUpper: fc.boolean(),
  pair: fc.constantFrom(...pairs),
  blocks: fc.array(fc.record({ thinking: words, answer: words }), { minLength: 1, maxLength: 3 }),
})
const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 })

function toContent({
  isUnopened,
  isUpper,
  pair: [open, close],
  blocks,
}: typeof script extends fc.Arbitrary<infer T> ? T : never) {
  return blocks
    .map(({ thinking, answer }, index) =>
      [index === 0 && isUnopened ? '' : changeCase(open, isUpper), thinking, changeCase(close, isUpper), answer].join(
        '',
      ),
    )
    .join('')
}

function toWire(content: string, lengths: number[], ...rest: string[]) {
  const pieces: string[] = []
  for (let at = 0, index = 0; at < content.length; index += 1) {
    const length = lengths[index % lengths.length] ?? 1
    pieces.push(chunk({ content: content.slice(at, at + length) }))
    at += length
  }
  return [...pieces, ...rest].map((data) => `data: ${data}\n\n`).join('')
}

const bare = (said: string) => said.replace(/\s/g, '')

test('thinking between tags of any family is parted from the answer, wherever the pieces end', () => {
  fc.assert(
    fc.property(script, sizes, modes, (each, lengths, options) => {
      const replayed = replayReply(toWire(toContent(each), lengths, stop), 1e6, options)
      // Blanks behind a closing tag belong to nobody.
      expect(bare(replayed.thinking)).toBe(bare(each.blocks.map(({ thinking }) => thinking).join('')))
      expect(bare(replayed.answer)).toBe(bare(each.blocks.map(({ answer }) => answer).join('')))
    }),
    { numRuns },
  )
})

test('wherever the stream breaks, nothing that came is lost', () => {
  const tags = [...openers, ...closers]
  const without = (said: string) =>
    bare(tags.reduce((rest, tag) => rest.replaceAll(tag, '').replaceAll(tag.toUpperCase(), ''), said))
  const sorted = (said: string) => [...without(said)].sort().join('')
  fc.assert(
    fc.property(script, sizes, modes, fc.nat(400), (each, lengths, options, cut) => {
      const content = toContent(each).slice(0, cut)
      const { thinking, answer } = replayReply(toWire(content, lengths), 1e6, options, true)
      expect(sorted(thinking + answer)).toBe(sorted(content))
    }),
    { numRuns },
  )
})
