import type { Page } from 'playwright/test'

type Noted = { uploadHashes: Promise<string>[] }

/** Notes the SHA-256 of each file as it leaves the page; the browser's own log of requests leaves files out. */
export const noteUploads = async (page: Page) =>
  await page.addInitScript(() => {
    const noted = globalThis as unknown as Noted
    noted.uploadHashes = []
    const send = Reflect.get(XMLHttpRequest.prototype, 'send') as (this: XMLHttpRequest, body: FormData) => void
    XMLHttpRequest.prototype.send = function (body) {
      const file = body instanceof FormData ? body.get('file') : undefined
      if (file instanceof File) {
        noted.uploadHashes.push(
          file
            .arrayBuffer()
            .then((bytes) => crypto.subtle.digest('SHA-256', bytes))
            .then((hash) => Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')),
        )
      }
      send.call(this, body as FormData)
    }
  })

export const readUploads = async (page: Page): Promise<string[]> =>
  await page.evaluate(() => Promise.all((globalThis as unknown as Noted).uploadHashes))
