import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitLines } from './split-lines.ts'

const tooLong = () => new Error('too long')

async function* cut(bytes: Uint8Array, sizes: Iterable<number>) {
  let at = 0
  for (const size of sizes) yield bytes.subarray(at, (at += size))
  yield bytes.subarray(at)
}
async function read(chunks: AsyncIterable<Uint8Array>, maxBytes = 1_000_000): Promise<string[]> {
  const lines: string[] = []
  for await (const some of splitLines(chunks, maxBytes, tooLong)) {
    lines.push(...some.map((line) => Buffer.from(line).toString()))
  }
  return lines
}

test('wherever bytes are cut, the lines are the same, without blank ones and the space before', async () => {
  const text = fc.array(fc.constantFrom('a', '面积', '\n', '\r\n', ' ', '\t', '😀', '{"x":1}'), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(9), { maxLength: 40 }), async (pieces, sizes) => {
      const whole = pieces.join('')
      const expected = whole.split('\n').flatMap((line) => line.trimStart() || [])
      expect(await read(cut(Buffer.from(whole), sizes))).toEqual(expected)
    }),
  )
})

test.each([1, 10, 1_000, 400_000])(
  'a line that comes %s bytes at a time is copied a few times at most',
  async (size) => {
    const bytes = new Uint8Array(400_000).fill(120)
    let copied = 0
    const { set } = Uint8Array.prototype
    Uint8Array.prototype.set = function (from, at) {
      copied += from.length
      set.call(this, from, at)
    }
    const lines = await read(cut(bytes, Array<number>(bytes.length / size).fill(size))).finally(() => {
      Uint8Array.prototype.set = set
    })
    expect(lines.map(({ length }) => length)).toEqual([bytes.length])
    expect(copied).toBeLessThan(4 * bytes.length)
  },
)

test('a line is refused as soon as it is too long, before its end has come', async () => {
  let given = 0
  async function* endless() {
    for (;;) {
      given += 1_000
      yield new Uint8Array(1_000).fill(120)
    }
  }
  await expect(read(endless(), 100_000)).rejects.toThrow('too long')
  expect(given).toBe(101_000)
})
