import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limits } from '../../shared/config.ts'
import type { Media } from '../../shared/media.ts'
import type { Problem } from '../../shared/problem.ts'
import { composeServer } from '../compose.ts'
import { parseSettings } from '../settings.ts'

const dir = mkdtempSync(join(tmpdir(), 'showwork-media-'))
let server: Awaited<ReturnType<typeof composeServer>>
beforeAll(async () => {
  server = await composeServer(parseSettings({ DATA_DIR: dir, MODEL_BASE_URL: 'http://127.0.0.1:9/v1' }), () => {})
})
afterAll(async () => {
  await server.shutDown()
  await server.close()
  rmSync(dir, { recursive: true, force: true })
})

const send = async (body: BodyInit, headers: Record<string, string> = {}) =>
  await server.app.request('http://localhost:3000/api/media', { method: 'POST', body, headers })
const toForm = (bytes: Uint8Array, name = 'problem.png') => {
  const form = new FormData()
  form.set('file', new File([new Uint8Array(bytes)], name))
  return form
}
const flat = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#8899aa' } })
const text = (value: string) => Uint8Array.from(Buffer.from(value, 'latin1'))

/** Small files whose headers promise giants. */
async function createGiants(): Promise<[kind: string, bytes: Uint8Array][]> {
  const png = await flat(16, 16).png().toBuffer()
  png.writeUInt32BE(60_000, 16)
  png.writeUInt32BE(60_000, 20)
  const jpeg = await flat(16, 16).jpeg().toBuffer()
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]))
  jpeg.writeUInt16BE(65_000, frame + 5)
  jpeg.writeUInt16BE(65_000, frame + 7)
  const bmp = Buffer.alloc(54 + 16 * 16 * 3)
  bmp.write('BM')
  bmp.writeUInt32LE(54, 10)
  bmp.writeUInt32LE(40, 14)
  bmp.writeInt32LE(60_000, 18)
  bmp.writeInt32LE(60_000, 22)
  bmp.writeUInt16LE(1, 26)
  bmp.writeUInt16LE(24, 28)
  return [
    ['PNG', png],
    ['JPEG', jpeg],
    ['BMP', bmp],
  ]
}

describe('what cannot be used is refused with its status, its code and what to do', () => {
  const cases: [string, () => Promise<Response>, number, string, RegExp][] = [
    ['plain text as the body', () => send('hello', { 'content-type': 'text/plain' }), 415, 'bad-request', /multipart/],
    [
      'a form that is none',
      () => send('rubbish', { 'content-type': 'multipart/form-data; boundary=x' }),
      400,
      'bad-request',
      /again/,
    ],
    ['a form without a file', () => send(new FormData()), 400, 'bad-request', /field file/],
    [
      'SVG',
      () => send(toForm(text('<svg xmlns="http://www.w3.org/2000/svg"/>'))),
      415,
      'media-unsupported',
      /JPEG, PNG/,
    ],
    ['WebM', () => send(toForm(text('\x1aE\xdf\xa3\x9fB\x86\x81\x01webm'))), 415, 'video-unsupported', /one frame/],
    [
      'a picture ten pixels high',
      async () => send(toForm(await flat(90, 10).png().toBuffer())),
      422,
      'media-too-small',
      /11/,
    ],
    [
      'half a picture',
      async () => send(toForm((await flat(90, 90).png().toBuffer()).subarray(0, 90))),
      422,
      'media-unreadable',
      /screenshot/,
    ],
    [
      'a file above the limit',
      () => send(toForm(new Uint8Array(limits.maxUploadBytes + 1))),
      413,
      'media-too-big',
      /20 MB/,
    ],
    [
      'a body far above it',
      () => send(toForm(new Uint8Array(limits.maxUploadBytes + 100_000))),
      413,
      'media-too-big',
      /20 MB/,
    ],
    [
      'an address that is none',
      () => send('{"url":"not an address"}', { 'content-type': 'application/json' }),
      422,
      'url-invalid',
      /http/,
    ],
  ]
  test.each(cases)('%s', async (_name, ask, status, code, detail) => {
    const response = await ask()
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    const problem = (await response.json()) as Problem
    expect({ status: response.status, code: problem.code }).toEqual({ status, code })
    expect(problem.detail).toMatch(detail)
  })

  test('a header that promises gigapixels, before a single one is decoded', async () => {
    const decodes: unknown[] = []
    const note = (queued: number) => decodes.push(queued)
    for (const [kind, bytes] of await createGiants()) {
      sharp.queue.on('change', note)
      const response = await send(toForm(bytes))
      sharp.queue.off('change', note)
      const { code, detail } = (await response.json()) as Problem
      expect({ kind, status: response.status, code }).toEqual({ kind, status: 422, code: 'media-too-many-pixels' })
      expect(detail).toMatch(/120 million/)
    }
    expect(decodes).toEqual([])
    // The same ear does hear a picture that is decoded.
    sharp.queue.on('change', note)
    await send(toForm(await flat(40, 40).webp().toBuffer()))
    sharp.queue.off('change', note)
    expect(decodes).not.toEqual([])
  })
})

test('what is stored of a picture carries no XMP, EXIF or place', async () => {
  const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="r"><a>Somebody at home</a></rdf:RDF></x:xmpmeta>'
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    const file = await flat(64, 64)
      .withXmp(xmp)
      .withExifMerge({ IFD3: { GPSLatitude: '31/1 13/1 0/1' } })
      [format]()
      .toBuffer()
    expect(String((await sharp(file).metadata()).xmp)).toContain('Somebody at home')
    const made = await send(toForm(file))
    const { id } = (await made.json()) as Media
    const cookie = made.headers.get('set-cookie')?.split(';')[0] ?? ''
    const stored = await server.app.request(`http://localhost:3000/api/media/${id}`, { headers: { cookie } })
    const bytes = Buffer.from(await stored.arrayBuffer())
    const meta = await sharp(bytes).metadata()
    expect([meta.xmp, meta.exif, meta.iptc]).toEqual([undefined, undefined, undefined])
  }
})
