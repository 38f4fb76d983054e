// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { PlainOnError } from './plain-text-fallback.tsx'

afterEach(cleanup)

function Broken(): never {
  throw new RangeError('too deep')
}

test('text that the renderer throws on is shown as it is, and the rest of the page stays', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const { container } = render(
    <main>
      <button type="button">Stop</button>
      <PlainOnError text={'a\n**b**'}>
        <Broken />
      </PlainOnError>
    </main>,
  )
  expect(container.querySelector('button')).not.toBeNull()
  expect(container.textContent).toContain('a\n**b**')
})
