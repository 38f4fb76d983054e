import { expect, test } from 'vitest'
import { toFileKind } from './sniff-file-type.ts'

test.each([
  ['\xff\xd8\xff\xe0', 'jpeg'],
  ['\x89PNG\r\n\x1a\n', 'png'],
  ['RIFF\0\0\0\0WEBPVP8 ', 'webp'],
  ['GIF87a', 'gif'],
  ['II*\0', 'tiff'],
  ['MM\0*', 'tiff'],
  ['BM', 'bmp'],
  ['\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf', 'avif'],
  ['\0\0\0\x1cftypmif1\0\0\0\0avifmif1miaf', 'avif'],
  ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'other'],
  ['\0\0\0\x18ftypmif1\0\0\0\0mif1heic', 'other'],
  ['\0\0\0\x14ftypqt  \0\0\0\0qt  ', 'video'],
  ['\0\0\0\x18ftypmp42\0\0\0\0isommp42', 'video'],
  // The brand lies behind the box, in the next one.
  ['\0\0\0\x14ftypisom\0\0\0\0isomavif', 'video'],
  ['\0\0\0\x08wide', 'video'],
  ['\x1aE\xdf\xa3', 'video'],
  ['RIFF\0\0\0\0AVI LIST', 'video'],
  ['RIFF\0\0\0\0WAVEfmt ', 'other'],
  ['<?xml version="1.0"?><svg', 'other'],
  ['%PDF-1.7', 'other'],
  ['', 'other'],
  ['\xff', 'other'],
])('%j is %s', (head, kind) => expect(toFileKind(Buffer.from(head, 'latin1'))).toBe(kind))
