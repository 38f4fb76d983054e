// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

type Remembering = typeof import('./storage.ts')
let remembering: Remembering
beforeEach(async () => {
  localStorage.clear()
  vi.resetModules()
  remembering = await import('./storage.ts')
})
afterEach(() => vi.unstubAllGlobals())

const deny = () => {
  throw new DOMException('The operation is insecure.', 'SecurityError')
}
const full = () => {
  throw new DOMException('There is no room.', 'QuotaExceededError')
}
const surroundings: [string, () => void][] = [
  ['works', () => {}],
  ['may not be touched', () => vi.stubGlobal('localStorage', new Proxy({}, { get: deny, ownKeys: deny }))],
  [
    'is full',
    () =>
      vi.stubGlobal(
        'localStorage',
        new Proxy(localStorage, {
          get: (kept, name) => (name === 'setItem' ? full : Reflect.get(kept, name).bind(kept)),
        }),
      ),
  ],
  ['is not there', () => vi.stubGlobal('localStorage', undefined)],
]

describe.each(surroundings)('where storage %s', (_name, surround) => {
  test('what was last said is remembered as long as the page is open', () => {
    surround()
    const { forget, readAllStored, readStored, store } = remembering
    expect(readStored('theme')).toBeUndefined()
    store('theme', 'dark')
    store('theme', 'light')
    store('language', 'en')
    expect([readStored('theme'), readStored('language')]).toEqual(['light', 'en'])
    expect(readAllStored().toSorted()).toEqual(['en', 'light'])
    forget('theme')
    expect([readStored('theme'), readAllStored()]).toEqual([undefined, ['en']])
  })
})

test('what was kept before storage was full does not come back over what was said since', () => {
  const { forget, readStored, store } = remembering
  store('draft', 'short')
  surroundings[2]?.[1]()
  store('draft', 'long')
  expect(readStored('draft')).toBe('long')
  forget('draft')
  expect(readStored('draft')).toBeUndefined()
})
