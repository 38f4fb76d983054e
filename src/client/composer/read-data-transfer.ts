/** What a paste or a drop carries for us. */
export type Carried =
  | { kind: 'files'; files: File[] }
  | { kind: 'url'; url: string }
  /** Text, with the picture of itself that office programs add. */
  | { kind: 'text'; text: string; picture?: File }
  | { kind: 'nothing' }

type Transfer = Pick<DataTransfer, 'getData'> & { files: Iterable<File> }

/** An address on the web and nothing else. */
export const isWebUrl = (text: string) => /^https?:\/\/\S+$/i.test(text)

/** The picture in dragged HTML: where it is wrapped in a link, the list of addresses names only the link. */
function readImageSource(html: string): string | undefined {
  const source = /<img\b[^>]*?\ssrc\s*=\s*["']([^"']+)["']/i.exec(html)?.[1]
  return source?.replaceAll('&amp;', '&')
}

function toFile(dataUrl: string): File | undefined {
  const [, type = '', data = ''] = /^data:(image\/[\w.+-]+);base64,(.+)$/.exec(dataUrl) ?? []
  if (data === '') return undefined
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0))
  return new File([bytes], `picture.${type.slice(6).replace('jpeg', 'jpg')}`, { type })
}

/** Files as they are; an image dragged from a page as its address, or as a file where the page held its bytes. */
export function readDrop(transfer: Transfer): Carried {
  const files = [...transfer.files]
  if (files.length > 0) return { kind: 'files', files }
  const source = readImageSource(transfer.getData('text/html')) ?? ''
  const file = toFile(source)
  if (file) return { kind: 'files', files: [file] }
  const listed = transfer.getData('text/uri-list').split(/\r?\n/)
  const url = [source, ...listed.filter((line) => !line.startsWith('#'))].map((line) => line.trim()).find(isWebUrl)
  return url === undefined ? { kind: 'nothing' } : { kind: 'url', url }
}

/** Text wins over a bitmap of it; a lone address is a picture to be offered; a bitmap alone is what it is. */
export function readPaste(transfer: Transfer): Carried {
  const files = [...transfer.files]
  const text = transfer.getData('text/plain')
  if (text.trim() === '') return files.length > 0 ? { kind: 'files', files } : { kind: 'nothing' }
  // A file manager puts the names of copied files beside them.
  const isNames = files.length > 0 && text.split(/\r?\n/).every((line) => files.some(({ name }) => line.endsWith(name)))
  if (isNames) return { kind: 'files', files }
  if (isWebUrl(text.trim())) return { kind: 'url', url: text.trim() }
  const picture = files.find(({ type }) => type.startsWith('image/'))
  return { kind: 'text', text, ...(picture && { picture }) }
}
