// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { en } from '../../shared/messages/en.ts'
import { Markdown } from './markdown.tsx'

/** Each text that was parsed, in order. */
const parsed: string[] = []

vi.mock('react-markdown', async (original) => {
  const { default: ReactMarkdown } = await original<typeof import('react-markdown')>()
  return {
    default(props: Parameters<typeof ReactMarkdown>[0]) {
      parsed.push(String(props.children))
      return <ReactMarkdown {...props} />
    },
  }
})
afterEach(() => {
  cleanup()
  parsed.length = 0
})

const show = (text: string, isStreaming: boolean) => (
  <Markdown text={text} isStreaming={isStreaming} labels={en.markdown} />
)
const addresses = (container: Element) => [...container.querySelectorAll('a')].map((link) => link.getAttribute('href'))

test('a definition that comes draws the blocks anew that name it, and no others', () => {
  const start = 'See [one].\n\nSee [two].\n\nPlain.\n\n'
  let text = `${start}And `
  const { container, rerender } = render(show(text, true))
  expect(addresses(container)).toEqual([])
  for (const [more, expected, redrawn] of [
    ['so on.\n\n[one]: https://one.example\n\nAnd ', ['https://one.example'], ['See [one].\n\n']],
    ['on.\n\n[one]: https://other.example\n\nAnd ', ['https://one.example'], []],
    ['so.\n\n[two]: https://two.example\n', ['https://one.example', 'https://two.example'], ['See [two].\n\n']],
  ] as const) {
    parsed.length = 0
    text += more
    rerender(show(text, true))
    expect(addresses(container)).toEqual(expected)
    expect(parsed.filter((each) => start.includes(each))).toEqual(redrawn)
  }
})

test('another text in its place keeps nothing of the definitions before', () => {
  const { container, rerender } = render(show('[a]\n\n[a]: https://one.example\n', false))
  rerender(show('[a] too\n\n[a]: https://two.example\n', false))
  expect(addresses(container)).toEqual(['https://two.example'])
})

test.each([true, false])('a text with 400 definitions parses no more than the text (streaming: %s)', (isStreaming) => {
  const part = (at: number) => `See [label ${at}].\n\n[label ${at}]: https://example.com/${at}\n\n`
  const text = Array.from({ length: 400 }, (_, at) => part(at)).join('')
  const { container } = render(show(isStreaming ? `${text}\n` : text, isStreaming))
  expect(addresses(container).length).toBeGreaterThanOrEqual(20)
  expect(parsed.join('').length).toBeLessThanOrEqual(text.length)
})
