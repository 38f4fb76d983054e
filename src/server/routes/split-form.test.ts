import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ProblemError } from '../../shared/problem.ts'
import { splitForm } from './split-form.ts'

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const type = 'multipart/form-data; boundary=b'

test('a form as browsers encode it comes apart into what was put in, whatever its files are called and hold', async () => {
  const part = fc.record({
    name: fc.constantFrom('file', 'frames', 'fps'),
    fileName: fc.option(fc.string({ unit: 'binary', minLength: 1 }).map((name) => name.toWellFormed())),
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom('\r\n--', '--', '\r\n\r\n', '\r\n--b--\r\n').map(bytesOf),
    ),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
      const form = new FormData()
      for (const { name, fileName, bytes } of parts) {
        if (fileName === null) form.append(name, 'a text')
        else form.append(name, new File([new Uint8Array(bytes)], fileName))
      }
      const response = new Response(form)
      const body = new Uint8Array(await response.clone().arrayBuffer())
      const found = splitForm(body, response.headers.get('content-type') ?? '')
      expect(found.map(({ name, isFile, bytes }) => [name, isFile, Buffer.from(bytes)])).toEqual(
        parts.map(({ name, fileName, bytes }) => [
          name,
          fileName !== null,
          fileName === null ? Buffer.from('a text') : Buffer.from(bytes),
        ]),
      )
    }),
    { numRuns: 200 },
  )
})

test.each([
  ['nothing', ''],
  ['no delimiter', 'hello'],
  ['no end', '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx'],
  ['no head', '--b\r\nx\r\n--b--'],
  ['no name', '--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--'],
  ['something behind the delimiter', '--bx\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b--'],
  ['a head without end', `--b\r\n${'x: y\r\n'.repeat(10_000)}\r\n\r\nx\r\n--b--`],
])('%s is refused', (_what, text) => {
  expect(() => splitForm(bytesOf(text), type)).toThrow('Send the file again')
})

test('a type without a boundary, and any bytes at all, are refused or come apart and never fail', () => {
  expect(() => splitForm(bytesOf('--b--'), 'multipart/form-data')).toThrow(ProblemError)
  const pieces = fc.constantFrom(
    '--b',
    '\r\n',
    '--',
    'Content-Disposition: form-data; name="a"',
    '\r\n\r\n',
    'x',
    '"',
    ';',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (text) => {
      try {
        splitForm(bytesOf(text.join('')), type)
      } catch (error) {
        expect(error).toBeInstanceOf(ProblemError)
      }
    }),
    { numRuns: 500 },
  )
})

test('a form of very many parts is refused', () => {
  const parts = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'.repeat(601)
  expect(() => splitForm(bytesOf(`${parts}--b--`), type)).toThrow('600 parts')
})
