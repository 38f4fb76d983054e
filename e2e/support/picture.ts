import sharp from 'sharp'
import type { Page } from 'playwright/test'

/** A clean PNG that the server keeps as it is. */
export const createPicture = async (width = 640, height = 400) =>
  await sharp({ create: { width, height, channels: 3, background: '#fdfbf5' } })
    .png()
    .toBuffer()

const types: Record<string, string> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  tiff: 'image/tiff',
  heic: 'image/heic',
  avif: 'image/avif',
  pdf: 'application/pdf',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
}

/** What a browser calls a file of this name. */
export const typeOf = (name: string) => types[name.split('.').at(-1) ?? ''] ?? ''

/** Drops or pastes a file on the window as a browser would. */
export async function dispatchFile(
  page: Page,
  kind: 'drop' | 'paste',
  bytes: Buffer,
  name = 'problem.png',
  mime = typeOf(name),
) {
  // Before the composer is there nobody listens.
  await page.locator('textarea').waitFor()
  await page.evaluate(
    ({ kind: type, base64, name: fileName, mime: fileType }) => {
      const data = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([data], fileName, { type: fileType }))
      const options = { bubbles: true, cancelable: true }
      if (type === 'paste') {
        document.body.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: transfer }))
        return
      }
      for (const step of ['dragenter', 'dragover', 'drop']) {
        document.body.dispatchEvent(new DragEvent(step, { ...options, dataTransfer: transfer }))
      }
    },
    { kind, base64: bytes.toString('base64'), name, mime },
  )
}
