import { describe, expect, test } from 'vitest'
import { readDrop, readPaste } from './read-data-transfer.ts'

const png = new File([Uint8Array.of(1)], 'image.png', { type: 'image/png' })
const transfer = (data: Record<string, string>, ...files: File[]) => ({
  files,
  getData: (type: string) => data[type] ?? '',
})

describe('what is pasted', () => {
  test('text from Word or Excel wins over the bitmap beside it, which is offered', () => {
    const pasted = readPaste(transfer({ 'text/plain': 'x = 2', 'text/html': '<b>x = 2</b>' }, png))
    expect(pasted).toEqual({ kind: 'text', text: 'x = 2', picture: png })
  })

  test('a lone screenshot is a file, and files copied in a file manager too, whose names come along', () => {
    expect(readPaste(transfer({}, png))).toEqual({ kind: 'files', files: [png] })
    expect(readPaste(transfer({ 'text/plain': 'image.png' }, png))).toEqual({ kind: 'files', files: [png] })
    expect(readPaste(transfer({ 'text/plain': '/home/me/image.png' }, png))).toEqual({ kind: 'files', files: [png] })
  })

  test('a lone address is an address, one within words is text', () => {
    const url = 'https://example.com/a.png?b=1'
    expect(readPaste(transfer({ 'text/plain': ` ${url}\n` }))).toEqual({ kind: 'url', url })
    expect(readPaste(transfer({ 'text/plain': `see ${url}` }))).toMatchObject({ kind: 'text' })
  })

  test('nothing is nothing', () => {
    expect(readPaste(transfer({}))).toEqual({ kind: 'nothing' })
  })
})

describe('what is dropped', () => {
  test('an image dragged from a page comes as its own address, not as the link around it', () => {
    const html = '<a href="https://example.com/page"><img alt="x" src="https://cdn.example.com/p.png?a=1&amp;b=2"></a>'
    expect(readDrop(transfer({ 'text/html': html, 'text/uri-list': 'https://example.com/page' }))).toEqual({
      kind: 'url',
      url: 'https://cdn.example.com/p.png?a=1&b=2',
    })
  })

  test('an image whose bytes stand in the page comes as a file', async () => {
    const dropped = readDrop(transfer({ 'text/html': '<img src="data:image/png;base64,AQID">' }))
    if (dropped.kind !== 'files') throw new Error('a file was to come')
    expect([dropped.files[0]?.name, dropped.files[0]?.type]).toEqual(['picture.png', 'image/png'])
    expect(new Uint8Array((await dropped.files[0]?.arrayBuffer()) ?? [])).toEqual(Uint8Array.of(1, 2, 3))
  })

  test('comments in a list of addresses are passed over, and scripts are no address', () => {
    const list = '# a comment\r\nhttps://example.com/a.png\r\n'
    expect(readDrop(transfer({ 'text/uri-list': list }))).toEqual({ kind: 'url', url: 'https://example.com/a.png' })
    expect(readDrop(transfer({ 'text/uri-list': 'javascript:alert(1)' }))).toEqual({ kind: 'nothing' })
  })
})
