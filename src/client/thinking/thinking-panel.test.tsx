// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Run } from '../../shared/run/run.ts'
import { ThinkingPanel } from './thinking-panel.tsx'

const thinking: Run = {
  id: 'r',
  question: 'x?',
  media: [],
  model: 'm',
  thinking: { enabled: true, budget: 1000 },
  status: 'thinking',
  thinkingText: 'Let x be 5.',
  answerText: '',
  createdAt: Date.now(),
  lastSeq: 2,
  thinkingStartedAt: 1_000,
}
const answering: Run = { ...thinking, status: 'answering', answerText: 'x', answerStartedAt: 66_000 }
const stopped: Run = { ...thinking, status: 'finished', finish: 'stopped', endedAt: 4_000 }

afterEach(cleanup)
const header = () => screen.getByRole('button', { name: /^(Thinking|Thought for)/ })
const isOpen = () => header().getAttribute('aria-expanded') === 'true'

test('above the answer it folds at the answer’s first piece', () => {
  const { rerender } = render(<ThinkingPanel run={thinking} isBeside={false} />)
  expect(isOpen()).toBe(true)
  expect(header().textContent).toMatch(/^Thinking/)
  rerender(<ThinkingPanel run={answering} isBeside={false} />)
  expect(isOpen()).toBe(false)
  expect(header().textContent).toMatch(/^Thought for 1 min 5 s/)
})

test('beside the answer it stays open', () => {
  const { rerender } = render(<ThinkingPanel run={thinking} isBeside />)
  rerender(<ThinkingPanel run={answering} isBeside />)
  expect(isOpen()).toBe(true)
})

test('closed while live it stays closed, opened again it stays open', () => {
  const { rerender } = render(<ThinkingPanel run={thinking} isBeside={false} />)
  fireEvent.click(header())
  rerender(<ThinkingPanel run={{ ...thinking, thinkingText: 'Let x be 5. And more.' }} isBeside={false} />)
  expect(isOpen()).toBe(false)
  fireEvent.click(header())
  rerender(<ThinkingPanel run={answering} isBeside={false} />)
  expect(isOpen()).toBe(true)
})

test('ended without an answer it stays open', () => {
  render(<ThinkingPanel run={stopped} isBeside={false} />)
  expect(isOpen()).toBe(true)
  expect(header().textContent).toMatch(/^Thought for 3 s/)
})

test('its tokens and the bar towards the budget are an estimate, called one, until they are known', () => {
  vi.useFakeTimers({ now: thinking.createdAt + 2_000 })
  try {
    const { rerender } = render(<ThinkingPanel run={thinking} isBeside />)
    expect(header().textContent).toContain('≈ 4 tokens')
    expect(screen.getByRole('progressbar').getAttribute('value')).toBe('4')
    rerender(<ThinkingPanel run={{ ...thinking, thinkingText: 'Let x be 5. '.repeat(100) }} isBeside />)
    act(() => vi.advanceTimersByTime(1_000))
    const bar = screen.getByRole('progressbar', { name: 'Used of the thinking budget, about' })
    expect(Number(bar.getAttribute('value'))).toBeGreaterThan(200)
    const usage = { inputTokens: 10, outputTokens: 300, thinkingTokens: 250 }
    rerender(<ThinkingPanel run={{ ...answering, usage }} isBeside />)
    expect(header().textContent).toContain('250 tokens')
    expect(header().textContent).not.toContain('≈')
    expect(screen.getByRole('progressbar', { name: 'Used of the thinking budget' }).getAttribute('value')).toBe('250')
  } finally {
    vi.useRealTimers()
  }
})

test('without a budget there is no bar', () => {
  render(<ThinkingPanel run={{ ...answering, thinking: { enabled: true } }} isBeside />)
  expect(screen.queryByRole('progressbar')).toBeNull()
})
