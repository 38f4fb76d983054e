import { expect, test } from 'vitest'

type Found = { path?: string; problem?: string }
type Machine = {
  named: string | undefined
  isRoot: boolean
  exists: (path: string) => boolean
  starts: (path: string) => boolean
  install: () => boolean
  apt: () => boolean
}
// Plain JavaScript without types: it runs before anything is built.
const file = new URL('./chromium.mjs', import.meta.url).href
const { findChromium } = (await import(/* @vite-ignore */ file)) as {
  findChromium: (machine: Machine, say: (text: string) => void) => Found
}

/** A machine with these files, of which all but the broken ones start; it notes what was done to it. */
function createMachine(options: { files?: string[]; broken?: string[]; aptBrings?: string[] } & Partial<Machine>) {
  const { files = [], broken = [], aptBrings = [], ...rest } = options
  const there = new Set(files)
  const done: string[] = []
  const machine: Machine = {
    named: undefined,
    isRoot: true,
    exists: (path) => there.has(path),
    starts: (path) => !broken.includes(path),
    install: () => false,
    apt: () => {
      done.push('apt')
      for (const path of aptBrings) there.add(path)
      return aptBrings.length > 0
    },
    ...rest,
  }
  return { done, find: () => findChromium(machine, (text) => done.push(text)) }
}

test('one that is there is taken, and nothing is fetched', () => {
  const { find, done } = createMachine({ files: ['/usr/bin/chromium'] })
  expect(find()).toEqual({ path: '/usr/bin/chromium' })
  expect(done).toEqual([])
})

test('a stub that does not start is passed over for the next', () => {
  const { find } = createMachine({
    files: ['/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
    broken: ['/usr/bin/chromium-browser'],
  })
  expect(find()).toEqual({ path: '/usr/bin/google-chrome' })
})

test('the one named in CHROMIUM_PATH is taken, and a wrong name is said and not guessed around', () => {
  const files = ['/opt/chrome', '/opt/broken', '/usr/bin/chromium']
  expect(createMachine({ files, named: '/opt/chrome' }).find()).toEqual({ path: '/opt/chrome' })
  expect(createMachine({ files, named: '/opt/none' }).find().problem).toMatch('/opt/none, which is not there')
  const broken = createMachine({ files, named: '/opt/broken', broken: ['/opt/broken'] })
  expect(broken.find().problem).toMatch('/opt/broken, which does not start')
})

test('where none is there, Playwright’s own is fetched', () => {
  const { find, done } = createMachine({ install: () => true })
  expect(find()).toEqual({ path: '' })
  expect(done).toHaveLength(1)
})

test('where that fails or does not start, root on Debian gets its package', () => {
  const files = ['/usr/bin/apt-get']
  const aptBrings = ['/usr/bin/chromium']
  expect(createMachine({ files, aptBrings }).find()).toEqual({ path: '/usr/bin/chromium' })
  expect(createMachine({ files, aptBrings, install: () => true, broken: [''] }).find()).toEqual({
    path: '/usr/bin/chromium',
  })
})

test('where none can be had, it says what to do on this machine', () => {
  const debian = ['/usr/bin/apt-get']
  expect(createMachine({ files: debian }).find().problem).toMatch('(apt-get install chromium, or npx playwright')
  const user = createMachine({ files: debian, isRoot: false })
  expect(user.find().problem).toMatch('sudo apt-get install chromium')
  expect(user.done).not.toContain('apt')
  expect(createMachine({}).find().problem).not.toMatch('apt-get')
  const noLibraries = createMachine({ install: () => true, broken: [''] })
  expect(noLibraries.find().problem).toMatch('npx playwright install-deps chromium')
})
