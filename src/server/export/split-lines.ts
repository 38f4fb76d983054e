import { createYield } from '../../shared/yield-to-event-loop.ts'

const firstBytes = 64 * 1024
const newline = 10
const isSpace = (byte: number | undefined) => byte === newline || byte === 32 || byte === 13 || byte === 9

/**
 * The lines of what comes in pieces, cut anywhere, those together that one piece completes, without blank ones and
 * the space before. Each
 * byte is looked at once and copied a few times at most, and others get their turn. A line of more than `maxBytes` throws
 * what `tooLong` makes.
 */
export async function* splitLines(
  pieces: AsyncIterable<Uint8Array>,
  maxBytes: number,
  tooLong: () => Error,
): AsyncGenerator<Uint8Array<ArrayBuffer>[]> {
  const pause = createYield()
  let held = new Uint8Array(firstBytes)
  let size = 0
  const add = (bytes: Uint8Array) => {
    const needed = size + bytes.byteLength
    if (needed > maxBytes) throw tooLong()
    if (needed > held.byteLength) {
      const larger = new Uint8Array(Math.min(maxBytes, Math.max(needed, held.byteLength * 2)))
      larger.set(held.subarray(0, size))
      held = larger
    }
    held.set(bytes, size)
    size = needed
  }
  const take = () => {
    const line = held.slice(0, size)
    // A long line is no reason to keep so much for short ones.
    if (held.byteLength > firstBytes) held = new Uint8Array(firstBytes)
    size = 0
    return line
  }
  for await (const piece of pieces) {
    const lines: Uint8Array<ArrayBuffer>[] = []
    let from = 0
    for (;;) {
      // Many blank lines cost no more than as many characters.
      while (size === 0 && isSpace(piece[from])) from += 1
      const end = piece.indexOf(newline, from)
      if (end === -1) break
      add(piece.subarray(from, end))
      from = end + 1
      lines.push(take())
    }
    add(piece.subarray(from))
    if (lines.length > 0) yield lines
    await pause()
  }
  if (size > 0) yield [take()]
}
