import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { inParallel, tally, times, type Attack } from '../attack.ts'

const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#fff' }, limitInputPixels: false })

/** The picture's own size, as its `ispe` box says, made another. */
function claimSize(bytes: Buffer, width: number, height: number): Buffer {
  const claimed = Buffer.from(bytes)
  for (let at = claimed.indexOf('ispe'); at !== -1; at = claimed.indexOf('ispe', at + 4)) {
    claimed.writeUInt32BE(width, at + 8)
    claimed.writeUInt32BE(height, at + 12)
  }
  return claimed
}

/** Small as files and large as pictures, or lying about it. */
async function createBombs(): Promise<Record<string, Buffer>> {
  const small = await flat(64, 64).avif({ effort: 0 }).toBuffer()
  const heic = readFileSync(join(import.meta.dirname, '../../../fixtures/turned.heic'))
  return {
    'a large AVIF': await flat(10_900, 10_900).avif({ effort: 0, quality: 1 }).toBuffer(),
    'an AVIF that says it is large': claimSize(small, 60_000, 60_000),
    'an AVIF that says it is within limits': claimSize(small, 10_900, 10_900),
    'an AVIF cut short': small.subarray(0, small.length - 20),
    'a HEIC that says it is large': claimSize(heic, 60_000, 60_000),
    'a HEIC that says it is within limits': claimSize(heic, 10_900, 10_900),
    'a HEIC': heic,
    'a large WebP': await flat(10_900, 10_900).webp({ effort: 0, lossless: true }).toBuffer(),
    'a large TIFF': await flat(10_900, 10_900).tiff({ compression: 'lzw' }).toBuffer(),
    'a large GIF': await flat(10_900, 10_900).gif({ effort: 1, colours: 2 }).toBuffer(),
    'a large JPEG': await flat(10_900, 10_900).jpeg({ quality: 1 }).toBuffer(),
  }
}
let bombs: ReturnType<typeof createBombs> | undefined

export const fileAttacks: Attack[] = [
  {
    name: 'many-pixels',
    what: 'sixteen PNG files of half a megabyte and 120 million pixels at once, again and again',
    async run({ stranger, many, signal }) {
      const picture = await flat(12_000, 9_990).png({ compressionLevel: 9 }).toBuffer()
      const statuses: number[] = []
      await inParallel(many(64), 16, signal, async (index) => {
        statuses.push((await stranger('203.0.113.7').upload(Buffer.concat([picture, Buffer.from([index])]))).status)
      })
      return { done: `${(picture.length / 1e3).toFixed(0)} kB each: ${tally(statuses)}` }
    },
  },
  {
    name: 'decode-bombs',
    what: 'AVIF, HEIC, WebP, GIF and TIFF that are small as files and large as pictures, or lie about it',
    prepare: async () => void (await (bombs ??= createBombs())),
    async run({ stranger, many, signal }) {
      const files = await (bombs ??= createBombs())
      const problems: string[] = []
      const statuses: number[] = []
      const sent = many(4).flatMap(() => Object.entries(files))
      await inParallel(sent, 8, signal, async ([name, bytes]) => {
        const { status } = await stranger('203.0.113.7').upload(bytes, name)
        statuses.push(status)
        if (status >= 500 && status !== 503) problems.push(`${name}: ${status}`)
      })
      return { done: tally(statuses), problems }
    },
  },
  {
    name: 'dripping-uploads',
    what: 'forty sockets that promise 20 MB each and send a byte now and then',
    async run({ port, signal }) {
      const sockets = times(40).map((index) => {
        const socket = connect(port, '127.0.0.1')
        socket.on('error', () => {})
        const head = [
          'POST /api/media HTTP/1.1',
          `Host: localhost:${port}`,
          `X-Forwarded-For: 203.0.113.${index + 1}`,
          'Content-Type: multipart/form-data; boundary=b',
          `Content-Length: ${20 * 1024 * 1024}`,
        ]
        socket.write(
          `${head.join('\r\n')}\r\n\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n`,
        )
        return socket
      })
      while (!signal.aborted) {
        for (const socket of sockets) if (!socket.destroyed) socket.write('x')
        await sleep(500, undefined, { signal }).catch(() => {})
      }
      const open = sockets.filter(({ destroyed }) => !destroyed).length
      for (const socket of sockets) socket.destroy()
      return { done: `${open} of 40 still open` }
    },
  },
  {
    name: 'forms',
    what: 'forms of very many parts, and videos of very many frames',
    async run({ stranger, many, signal }) {
      const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
      const frame = await sharp({ create: { width: 1_600, height: 1_200, channels: 3, background: '#888', noise } })
        .jpeg({ quality: 5 })
        .toBuffer()
      const parts = `--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n`.repeat(250_000)
      const statuses: number[] = []
      await inParallel(many(24), 6, signal, async (index) => {
        const visitor = stranger('203.0.113.7')
        if (index % 2 === 0) {
          const type = { 'content-type': 'multipart/form-data; boundary=b' }
          return void statuses.push((await visitor.send('POST', '/api/media', `${parts}--b--\r\n`, type)).status)
        }
        const form = new FormData()
        for (const part of times(100)) form.append('frames', new File([new Uint8Array(frame)], `${part}`))
        form.set('fps', '2')
        statuses.push((await visitor.send('POST', '/api/media', form)).status)
      })
      return { done: tally(statuses) }
    },
  },
]
