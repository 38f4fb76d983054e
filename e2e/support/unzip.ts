import { inflateRawSync } from 'node:zlib'

/** The files of an archive, found by its directory. */
export function unzip(bytes: Uint8Array): Map<string, Buffer> {
  const file = Buffer.from(bytes)
  const end = file.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  const found = new Map<string, Buffer>()
  let at = file.readUInt32LE(end + 16)
  for (let count = file.readUInt16LE(end + 10); count > 0; count -= 1) {
    const [packed, size, nameLength] = [
      file.readUInt32LE(at + 20),
      file.readUInt32LE(at + 24),
      file.readUInt16LE(at + 28),
    ]
    const start = file.readUInt32LE(at + 42)
    const name = file.toString('utf8', at + 46, at + 46 + nameLength)
    const data = start + 30 + file.readUInt16LE(start + 26)
    const content = inflateRawSync(file.subarray(data, data + packed))
    if (content.length !== size) throw new Error(`${name} has ${content.length} bytes, not ${size}`)
    found.set(name, content)
    at += 46 + nameLength
  }
  return found
}
