import { pipeline, Readable } from 'node:stream'
import { crc32, createDeflateRaw } from 'node:zlib'

export type ZipEntry = { name: string; content: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array> }

/** 1 January 1980, where the format's time begins. */
const date = 0x21
const deflate = 8
/** What an entry weighs stands behind it; names are UTF-8. */
const flags = 0x8 | 0x800

type Sizes = { crc: number; packed: number; size: number }

function toFields(name: Buffer, { crc, packed, size }: Sizes): Buffer {
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(flags, 2)
  fields.writeUInt16LE(deflate, 4)
  fields.writeUInt16LE(0, 6)
  fields.writeUInt16LE(date, 8)
  fields.writeUInt32LE(crc, 10)
  fields.writeUInt32LE(packed, 14)
  fields.writeUInt32LE(size, 18)
  fields.writeUInt16LE(name.length, 22)
  return fields
}

function toDescriptor({ crc, packed, size }: Sizes): Buffer {
  const descriptor = Buffer.alloc(16)
  descriptor.write('PK\x07\x08', 'latin1')
  descriptor.writeUInt32LE(crc, 4)
  descriptor.writeUInt32LE(packed, 8)
  descriptor.writeUInt32LE(size, 12)
  return descriptor
}

/** Deflated piece by piece; `sizes` are right once all of it came. */
async function* pack(content: ZipEntry['content'], sizes: Sizes): AsyncGenerator<Buffer> {
  async function* count() {
    for await (const piece of content) {
      const bytes = Buffer.from(piece as Uint8Array)
      sizes.crc = crc32(bytes, sizes.crc)
      sizes.size += bytes.byteLength
      yield bytes
    }
  }
  const packer = createDeflateRaw()
  // An error goes over to `packer`, and from there to whoever reads.
  pipeline(Readable.from(count(), { highWaterMark: 1 }), packer, () => {})
  for await (const piece of packer) {
    const bytes = piece as Buffer
    sizes.packed += bytes.byteLength
    yield bytes
  }
}

/** A ZIP archive as Office and everybody else reads it, each entry written as it comes. */
export async function* toZip(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Buffer> {
  const directory: Buffer[] = []
  let offset = 0
  let count = 0
  for await (const { name, content } of entries) {
    const path = Buffer.from(name)
    const sizes = { crc: 0, packed: 0, size: 0 }
    const head = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), toFields(path, sizes), path])
    yield head
    yield* pack(content, sizes)
    yield toDescriptor(sizes)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), toFields(path, sizes), rest, path)
    offset += head.byteLength + sizes.packed + 16
    count += 1
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(offset, 16)
  yield Buffer.concat([listed, end])
}
