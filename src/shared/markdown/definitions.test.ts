import fc from 'fast-check'
import type { Nodes } from 'mdast'
import { afterEach, expect, test, vi } from 'vitest'
import { findLabels, normaliseLabel, readDefinition } from './definitions.ts'
import { createAnswerParser } from './parse-answer.ts'
import { createSplitter } from './split-blocks.ts'
import { toHtml } from './to-html.ts'

/** Characters that the Markdown parser was given. */
let parsedChars = 0

vi.mock('remark-parse', async (original) => {
  const { default: remarkParse } = await original<typeof import('remark-parse')>()
  return {
    default(this: { parser?: (text: string, file: unknown) => Nodes }) {
      remarkParse.call(this as never)
      const { parser } = this
      this.parser = (text, file) => {
        parsedChars += text.length
        return parser?.(text, file) as Nodes
      }
    },
  }
})
afterEach(() => {
  parsedChars = 0
})

const many = Array.from({ length: 300 }, (_, at) => `[label ${at}]: https://example.com/${at}\n\nSee [label ${at}].\n`)
const long = `[a]: https://example.com/${'x'.repeat(4_000)}\n\n${'See [a].\n\n'.repeat(300)}`

test.each([
  ['many definitions', many.join('\n')],
  ['one long definition that every paragraph names', long],
])('%s: no part of a text is parsed with the definitions of another', (_name, text) => {
  expect(toHtml(text).match(/<a /g)).toHaveLength(300)
  expect(parsedChars).toBeLessThanOrEqual(text.length + 1)
})
const labels = fc.constantFrom('a', 'B b', 'straße', '面积', 'x\\]y', '1')
/** As another may write the same label. */
const spelled = (label: string) => fc.constantFrom(label, label.toUpperCase(), label.replace(' ', ' \t '))
const number = fc.nat(99)
const piece = fc.oneof(
  fc
    .tuple(
      labels.chain(spelled),
      number,
      fc.constantFrom<(name: string, url: string) => string>(
        (name, url) => `[${name}]: ${url}`,
        (name, url) => `   [${name}]:\t<${url}>`,
        (name, url) => `[${name}]: ${url} "a title"`,
        (name, url) => `[${name}]: ${url} (a \\) title)  `,
      ),
    )
    .map(([name, at, write]) => {
      const url = `https://example.com/${at}`
      return { text: write(name, url), definition: [normaliseLabel(name), url] as const }
    }),
  labels.chain(spelled).chain((name) =>
    fc
      .constantFrom(`See [here][${name}].`, `See [${name}][].`, `- See [${name}]!`, `> ![picture][${name}]`)
      .map((text) => ({
        text,
        named: normaliseLabel(name),
      })),
  ),
  fc
    .constantFrom('[z]:', '[z]: b c', '[z]: <b', '[z]: b "c" d', '[ ]: b', '[[z]]: b', '    [z]: b', '#')
    .map((text) => ({ text })),
  fc
    .constantFrom('Plain words.', '```\n[z]: https://example.com/code\n```', '\\[\n[z]: b\n\\]')
    .map((text) => ({ text })),
)

test('wherever definitions stand, a name leads to the first of its label, and what is none defines nothing', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const urls = new Map<string, string>()
      for (const { definition } of pieces as { definition?: [string, string] }[]) {
        if (definition && !urls.has(definition[0])) urls.set(...definition)
      }
      const expected = (pieces as { named?: string }[]).flatMap(({ named }) => urls.get(named ?? '') ?? [])
      const html = toHtml(pieces.map(({ text }) => text).join('\n\n'))
      expect([...html.matchAll(/<a href="([^"]*)"/g)].map(([, url]) => url)).toEqual(expected)
    }),
    { numRuns: 150 },
  )
})

test('whatever a line says, it is a definition for us only where it is one for the parser', () => {
  const parse = createAnswerParser({ urls: new Map(), labels: [], count: 0 })
  const sign = fc.constantFrom('[', ']', ':', ' ', '\t', '<', '>', '"', '(', ')', '\\', 'a', '&amp;', "'", '!', '面')
  fc.assert(
    fc.property(
      fc.array(sign, { maxLength: 12 }).map((signs) => `[a]: ${signs.join('')}`),
      (line) => {
        const found = readDefinition(line)
        const [first] = parse(line).children
        const definition = first?.type === 'definition' ? first : undefined
        expect(found).toEqual(definition && { label: normaliseLabel(definition.identifier), url: definition.url })
      },
    ),
    { numRuns: 1_500 },
  )
})

test('a definition within its own part is found there, and one of the text before it', () => {
  const parse = createAnswerParser(createSplitter()('[a]: https://first.example\n').definitions)
  const [paragraph] = parse('[a] and [b]\n\n> [a]: https://second.example\n> [b]:\n> https://third.example').children
  const addresses = paragraph?.type === 'paragraph' ? paragraph.children : []
  expect(addresses.flatMap((node) => (node.type === 'link' ? node.url : []))).toEqual([
    'https://first.example',
    'https://third.example',
  ])
})

test('labels are compared as CommonMark does', () => {
  expect([...findLabels('[ẞ] [A\n b] [x\\]y] [[z]')]).toEqual(['SS', 'A B', 'X\\]Y', 'Z'])
})
