import { videoNames } from '../../shared/media.ts'
import { isHeic } from '../media-editors/picture/is-heic.ts'

export type FileClass = 'picture' | 'heic' | 'pdf' | 'video' | 'other'

const pictures = /\.(jpe?g|png|webp|gif|avif|tiff?|bmp|jfif)$/i

/** What to do with a file, by what the browser calls it and, where it has no word, by its name. The bytes decide later. */
export function classifyFile({ type, name }: { type: string; name: string }): FileClass {
  if (isHeic({ type, name })) return 'heic'
  if (type === 'application/pdf' || /\.pdf$/i.test(name)) return 'pdf'
  if (type.startsWith('video/') || (type === '' && videoNames.test(name))) return 'video'
  if (type === 'image/svg+xml') return 'other'
  if (type.startsWith('image/') || (type === '' && pictures.test(name))) return 'picture'
  return 'other'
}
