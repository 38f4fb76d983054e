const firstBytes = 64 * 1024
const newline = 10

/**
 * The lines of what comes in pieces, cut anywhere: each byte is looked at once and copied a few times at most. A line of
 * more than `maxBytes` throws what `tooLong` makes.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  tooLong: () => Error,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
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
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      add(chunk.subarray(from, end))
      from = end + 1
      yield take()
    }
    add(chunk.subarray(from))
  }
  if (size > 0) yield take()
}
