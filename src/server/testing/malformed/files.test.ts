import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { json, startTarget, type Body } from './start-target.ts'

let png: Buffer

let target: Awaited<ReturnType<typeof startTarget>>
beforeAll(async () => {
  target = await startTarget()
  png = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#abc' } })
    .png()
    .toBuffer()
})
afterAll(() => target.end())

const latin = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

describe('an upload that is no file', () => {
  const form = { 'content-type': 'multipart/form-data; boundary=b' }
  const part = (head: string, content = 'x') => `--b\r\n${head}\r\n\r\n${content}\r\n--b--\r\n`
  const disposition = 'Content-Disposition: form-data; name="file"; filename="a.png"'
  test.each<[string, Record<string, string>, Body]>([
    ['no body', form, undefined],
    ['no boundary', { 'content-type': 'multipart/form-data' }, part(disposition)],
    ['an empty boundary', { 'content-type': 'multipart/form-data; boundary=' }, part(disposition)],
    ['another boundary', { 'content-type': 'multipart/form-data; boundary=c' }, part(disposition)],
    ['a long boundary', { 'content-type': `multipart/form-data; boundary=${'b'.repeat(5_000)}` }, part(disposition)],
    ['a strange boundary', { 'content-type': 'multipart/form-data; boundary="(("' }, part(disposition)],
    ['no end', form, `--b\r\n${disposition}\r\n\r\nx`],
    ['no head', form, part('')],
    ['a text field', form, part('Content-Disposition: form-data; name="file"')],
    ['another field', form, part('Content-Disposition: form-data; name="other"; filename="a"')],
    ['a field named __proto__', form, part('Content-Disposition: form-data; name="__proto__"; filename="a"')],
    ['no name', form, part('Content-Disposition: form-data')],
    ['a cut head', form, '--b\r\nContent-Dispo'],
    ['bare line feeds', form, part(disposition).replaceAll('\r', '')],
    [
      'ten thousand parts',
      form,
      `${'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'.repeat(10_000)}--b--`,
    ],
    ['an endless head', form, part(`X: ${'x'.repeat(100_000)}`)],
    ['an empty file', form, part(disposition, '')],
    ['text as a file', form, part(disposition, 'hello')],
    ['another type', { 'content-type': 'image/png' }, 'x'],
    ['no type', {}, latin('x')],
    ['JSON without url', json, '{}'],
    ['a url that is a number', json, '{"url":1}'],
    ['a long url', json, JSON.stringify({ url: `https://a.example/${'x'.repeat(9_000)}` })],
    ['a broken url', json, '{"url":"https://[::1"}'],
    ['too many bytes', form, part(disposition, 'x'.repeat(21 * 1024 * 1024))],
  ])('%s', async (_name, headers, body) => {
    await target.expectRefused(await target.request('POST', '/api/media', headers, body))
  })
})

describe('a file that is not what it seems', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><script>alert(1)</script></svg>'
  const chunk = (name: string, data: Buffer) => {
    const named = Buffer.concat([Buffer.from(name), data])
    const ends = Buffer.alloc(8)
    ends.writeUInt32BE(data.length, 0)
    ends.writeUInt32BE(crc32(named), 4)
    return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)])
  }
  const header = (width: number, height: number) => {
    const data = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0])
    data.writeUInt32BE(width, 0)
    data.writeUInt32BE(height, 4)
    const parts = [chunk('IHDR', data), chunk('IDAT', deflateSync(Buffer.alloc(64))), chunk('IEND', Buffer.alloc(0))]
    return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts])
  }
  const files: [string, () => Buffer][] = [
    ['SVG', () => Buffer.from(svg)],
    ['SVG behind a byte order mark', () => Buffer.from(`\ufeff${svg}`)],
    ['SVG behind a declaration', () => Buffer.from(`<?xml version="1.0"?><!DOCTYPE svg>${svg}`)],
    ['SVG in gzip', () => Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])],
    ['HTML', () => Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['PDF', () => Buffer.from('%PDF-1.7\n1 0 obj<</JS(app.alert(1))>>')],
    ['PostScript', () => Buffer.from('%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (r) file')],
    ['a program', () => Buffer.from('\x7fELF\x02\x01\x01', 'latin1')],
    ['a zip', () => Buffer.from('PK\x03\x04')],
    ['an ImageMagick script', () => Buffer.from('push graphic-context\nfill "url(https://a.example/)"')],
    ['a Radiance picture', () => Buffer.from('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 64 +X 64\n')],
    ['a PPM', () => Buffer.concat([Buffer.from('P6\n64 64\n255\n'), Buffer.alloc(64 * 64 * 3)])],
    [
      'a Targa',
      () => Buffer.concat([Buffer.from([0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 64, 0, 24, 0]), Buffer.alloc(99)]),
    ],
    ['a JPEG XL', () => Buffer.from('\xff\x0a\x00\x00', 'latin1')],
    ['a JPEG 2000', () => Buffer.from('\x00\x00\x00\x0cjP  \r\n\x87\n', 'latin1')],
    ['an icon', () => Buffer.from([0, 0, 1, 0, 1, 0, 16, 16])],
    ['a script behind a PNG signature', () => Buffer.from('\x89PNG\r\n\x1a\n<script>', 'latin1')],
    ['a script behind a GIF signature', () => Buffer.from('GIF89a/*<svg onload=alert(1)>*/=alert(1)')],
    [
      'a script behind a BMP signature',
      () => Buffer.from('BM=alert(1)//aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'),
    ],
    ['a script behind a RIFF signature', () => Buffer.from('RIFF=1;alert(1)WEBPVP8 ')],
    ['a TIFF of no pages', () => Buffer.from('II*\x00\x08\x00\x00\x00\x00\x00', 'latin1')],
    [
      'a TIFF that points at itself',
      () =>
        Buffer.from(
          'II*\x00\x08\x00\x00\x00\x01\x00\x00\x01\x03\x00\xff\xff\xff\xff\x08\x00\x00\x00\x08\x00\x00\x00',
          'latin1',
        ),
    ],
    ['a PNG of 60,000 × 60,000', () => header(60_000, 60_000)],
    ['a PNG of 2,147,483,647 squared', () => header(0x7fffffff, 0x7fffffff)],
    ['a PNG of no width', () => header(0, 64)],
    ['a PNG of one line', () => header(1_000_000, 1)],
    ['a PNG that ends in its header', () => png.subarray(0, 20)],
    ['a PNG that ends in its pixels', () => png.subarray(0, png.length - 30)],
    ['an empty AVIF', () => Buffer.from('\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf', 'latin1')],
    ['a HEIC', () => Buffer.from('\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic', 'latin1')],
    ['a JPEG of a start only', () => Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
    [
      'a JPEG with a comment only',
      () => Buffer.from('\xff\xd8\xff\xfe\x00\x20<script>alert(1)</script>     \xff\xd9', 'latin1'),
    ],
    ['zeros', () => Buffer.alloc(4_096)],
  ]
  test.each(files)('%s', async (name, create) => {
    const body = new FormData()
    body.set('file', new File([new Uint8Array(create())], 'a.png', { type: 'image/png' }))
    const from = performance.now()
    const problem = await target.expectRefused(await target.request('POST', '/api/media', {}, body))
    expect(problem.code).toMatch(/^(media|video)-/)
    // Dimensions are read before anything is decoded.
    if (name.includes('60,000')) {
      expect(problem.code).toBe('media-too-many-pixels')
      expect(performance.now() - from).toBeLessThan(500)
    }
  })
  test('a PNG with a web page behind its end is stored without it', async () => {
    const body = new FormData()
    body.set('file', new File([new Uint8Array(Buffer.concat([png, Buffer.from('<script>canary</script>')]))], 'a.png'))
    const made = await target.request('POST', '/api/media', {}, body)
    const { id } = (await made.json()) as { id: string }
    const stored = Buffer.from(await (await target.request('GET', `/api/media/${id}`)).arrayBuffer())
    expect(stored.includes('canary')).toBe(false)
  })
})
