import { analyse } from 'scslre'
import { parseAst } from 'vite'
import { expect, test, vi } from 'vitest'

const sources = {
  ...import.meta.glob<string>(['./*.{ts,tsx}', '!./*.test.*', '!./*.d.ts'], { query: '?raw', import: 'default' }),
  ...import.meta.glob<string>(['../../shared/markdown/*.ts', '!../../shared/markdown/*.test.ts'], {
    query: '?raw',
    import: 'default',
  }),
}
const modules = import.meta.glob([
  '../../shared/markdown/*.ts',
  '!../../shared/markdown/*.test.ts',
  './hold-back-end.ts',
])

/** The patterns that are written in a module. */
function findPatterns(code: string): RegExp[] {
  const patterns: RegExp[] = []
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    const { regex } = node as { regex?: { pattern: string; flags: string } }
    if (regex) patterns.push(new RegExp(regex.pattern, regex.flags))
    Object.values(node).forEach(walk)
  }
  walk(parseAst(code, { lang: 'tsx' }))
  return patterns
}

/** Whether some text takes it more than a number of steps in proportion to its length. */
const isSuperlinear = (pattern: RegExp) => analyse(pattern).reports.length > 0

test('a pattern that takes too long on some text is found', () => {
  expect(isSuperlinear(/^(~{3,})([^\s`]*)[^\n`]*\n/)).toBe(true)
  expect(isSuperlinear(/\s+$/)).toBe(true)
  expect(isSuperlinear(/^\s+/)).toBe(false)
})

/** Its lexer, and one that it holds against a single sign. */
const isOfKatex = (source: string) => source.startsWith('([ \\r\\n\\t]+)') || source.endsWith('[\u0300-\u036f]+$')

test('no pattern of the renderer takes more steps than in proportion to the text', async () => {
  const made: [string, string][] = []
  class Watched extends RegExp {
    constructor(...args: [string, string?]) {
      super(...args)
      made.push([this.source, this.flags])
    }
  }
  vi.resetModules()
  vi.stubGlobal('RegExp', Watched)
  await Promise.all(Object.values(modules).map((load) => load()))
  vi.unstubAllGlobals()
  const ours = made.filter(([source]) => !isOfKatex(source)).map(([source, flags]) => new RegExp(source, flags))
  const codes = await Promise.all(Object.values(sources).map((load) => load()))
  const written = codes.flatMap(findPatterns)
  expect(written.length).toBeGreaterThan(80)
  expect(ours.length).toBeGreaterThan(3)
  expect([...written, ...ours].filter(isSuperlinear)).toEqual([])
})
