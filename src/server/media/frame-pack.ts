/** The frames of one video and their rate as one file: a head as JSON behind a four-byte count of it, then the frames. */
type Head = { fps: number; lengths: number[] }

export function packFrames(frames: Uint8Array[], fps: number): Uint8Array {
  const head: Head = { fps, lengths: frames.map(({ byteLength }) => byteLength) }
  const text = Buffer.from(JSON.stringify(head))
  const size = Buffer.alloc(4)
  size.writeUInt32BE(text.byteLength)
  return new Uint8Array(Buffer.concat([size, text, ...frames]))
}

export function unpackFrames(pack: Uint8Array): Uint8Array[] {
  const size = Buffer.from(pack.subarray(0, 4)).readUInt32BE()
  const { lengths } = JSON.parse(Buffer.from(pack.subarray(4, 4 + size)).toString()) as Head
  let at = 4 + size
  return lengths.map((length) => pack.subarray(at, (at += length)))
}
