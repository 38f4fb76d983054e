import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addMissing } from './older-browsers.ts'

const owners = {
  list: Array.prototype,
  text: String.prototype,
  object: Object,
  address: URL,
  signal: AbortSignal.prototype,
} as const
const missing: [keyof typeof owners, string][] = [
  ...['toSorted', 'toReversed', 'toSpliced', 'with', 'findLast', 'findLastIndex', 'at'].map(
    (name): [keyof typeof owners, string] => ['list', name],
  ),
  ['text', 'at'],
  ['object', 'hasOwn'],
  ['address', 'canParse'],
  ['signal', 'throwIfAborted'],
]

/** Each as this Node has it, kept beside. */
const natives = new Map(
  missing.map(([owner, name]) => [`${owner} ${name}`, Reflect.get(owners[owner], name) as unknown]),
)
const native = (owner: keyof typeof owners, name: string) =>
  natives.get(`${owner} ${name}`) as (...given: unknown[]) => unknown

describe('in a browser without them', () => {
  beforeAll(() => {
    // At one go: what runs the tests needs them too.
    for (const [owner, name] of missing) Reflect.deleteProperty(owners[owner], name)
    addMissing()
  })
  afterAll(() => {
    for (const [owner, name] of missing) {
      Object.defineProperty(owners[owner], name, { value: native(owner, name), writable: true, configurable: true })
    }
  })

  const lists = fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 8 })
  const place = fc.integer({ min: -3, max: 7 })
  const isSame = (name: string, list: unknown[], ...given: unknown[]) => {
    const before = list.slice()
    const made = (Reflect.get(Array.prototype, name) as (...given: unknown[]) => unknown).apply(list, given)
    expect(made).toEqual(native('list', name).apply(before, given))
    expect(list).toEqual(before)
  }
  const byTens = (a: unknown, b: unknown) => Math.trunc(Number(a) / 3) - Math.trunc(Number(b) / 3)

  test('lists are sorted, turned, cut and searched as elsewhere, and stay as they were', () => {
    fc.assert(
      fc.property(lists, place, place, (list, at, count) => {
        isSame('toSorted', list)
        isSame('toSorted', list, byTens)
        isSame('toReversed', list)
        isSame('toSpliced', list, at, count, 'x', 'y')
        if (at >= -list.length && at < list.length) isSame('with', list, at, 'x')
        isSame('findLast', list, (value: number) => value > 0)
        isSame('findLastIndex', list, (value: number, index: number) => value + index > 3)
        isSame('at', list, at)
      }),
    )
  })

  test('the rest likewise', () => {
    expect([...'ab'].map((_, at) => 'ab'.at(-1 - at))).toEqual(['b', 'a'])
    expect([Object.hasOwn({ a: undefined }, 'a'), Object.hasOwn({}, 'toString')]).toEqual([true, false])
    expect([URL.canParse('https://a.example'), URL.canParse('a'), URL.canParse('a', 'https://b.example')]).toEqual([
      true,
      false,
      true,
    ])
    expect(() => AbortSignal.abort(new Error('enough')).throwIfAborted()).toThrow('enough')
    expect(() => new AbortController().signal.throwIfAborted()).not.toThrow()
  })

  test('nothing of it shows where a list is walked by its names', () => {
    const names: string[] = []
    for (const name in [1]) names.push(name)
    expect(names).toEqual(['0'])
  })
})
