import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Context } from 'hono'
import { decoderPolicy } from './routes/secure-headers.ts'
import { toPageAssets } from './page-assets.ts'

const mimes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
}

type File = { type: string; etag: string; isText: boolean; bytes: Uint8Array<ArrayBuffer> }
const unpack = ({ isText, bytes }: File) => (isText ? new Uint8Array(gunzipSync(bytes)) : bytes)

/** The built client, read once: what is not on the list does not exist, so no path can lead elsewhere. */
export function readStaticFiles(dir: string) {
  const files = new Map<string, File>(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name)
        const body = new Uint8Array(readFileSync(path))
        const type = mimes[extname(path)] ?? 'application/octet-stream'
        const isText = /text|javascript|json|svg/.test(type)
        const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
        const url = path.slice(dir.length).replaceAll('\\', '/')
        // Kept in one form: almost everybody takes a text packed.
        return [url, { type, etag, isText, bytes: isText ? new Uint8Array(gzipSync(body, { level: 9 })) : body }]
      }),
  )
  /** The file's response, or `undefined` where there is none. */
  const serve = (c: Context, path: string, status: 200 | 404 = 200): Response | undefined => {
    const file = files.get(path)
    if (!file) return undefined
    const headers = {
      'Content-Type': file.type,
      ETag: file.etag,
      Vary: 'Accept-Encoding',
      'Cache-Control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      // It hears of what is shared with the page at any of its addresses.
      ...(path.startsWith('/assets/service-worker-') && { 'Service-Worker-Allowed': '/' }),
      // A worker runs under the policy of its own response; only one that decodes may compile WebAssembly.
      ...(/^\/assets\/[^/]*decoder[^/]*\.m?js$/.test(path) && { 'Content-Security-Policy': decoderPolicy }),
    }
    if (c.req.header('if-none-match') === file.etag) return c.body(null, 304, headers)
    const takesGzip = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '')
    if (!file.isText || !takesGzip) return c.body(unpack(file), status, headers)
    return c.body(file.bytes, status, { ...headers, 'Content-Encoding': 'gzip' })
  }
  const page = files.get('/index.html')
  const index = page ? Buffer.from(unpack(page)).toString() : ''
  return Object.assign(serve, { assets: toPageAssets(index, files.keys()) })
}

export type StaticFiles = ReturnType<typeof readStaticFiles>
