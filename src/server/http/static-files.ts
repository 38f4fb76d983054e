import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Context } from 'hono'
import type { Language } from '../messages-of.ts'
import { chooseEncoding, sendBody, toTextBody, type Bytes } from './compressed.ts'
import { decoderPolicy } from './secure-headers.ts'
import { toPageAssets, type Manifest } from './page-assets.ts'

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
const manifestName = 'manifest.json'

/** In the forms that the build made. Where there is a gzip it stands for the plain one too, which few ask for. */
type Forms = { br: Bytes; gzip: Bytes } | { plain: Bytes }
type File = { type: string; etag: string; forms: Forms }

const read = (path: string): Bytes => new Uint8Array(readFileSync(path))
const toPlain = ({ forms }: File): Bytes => ('plain' in forms ? forms.plain : new Uint8Array(gunzipSync(forms.gzip)))

function readFile(path: string): File {
  const plain = read(path)
  const isCompressed = existsSync(`${path}.br`) && existsSync(`${path}.gz`)
  return {
    type: mimes[extname(path)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    forms: isCompressed ? { br: read(`${path}.br`), gzip: read(`${path}.gz`) } : { plain },
  }
}

/** The built client, read once: what is not on the list does not exist, so no path can lead elsewhere. */
export function readStaticFiles(dir: string) {
  const files = new Map<string, File>(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.(?:br|gz)$/.test(entry.name) && entry.name !== manifestName)
      .map((entry) => {
        const path = join(entry.parentPath, entry.name)
        return [path.slice(dir.length).replaceAll('\\', '/'), readFile(path)]
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
    const encoding = 'plain' in file.forms ? undefined : chooseEncoding(c)
    if ('plain' in file.forms || encoding === undefined) return c.body(toPlain(file), status, headers)
    return c.body(file.forms[encoding], status, { ...headers, 'Content-Encoding': encoding })
  }
  const page = files.get('/index.html')
  const index = page ? Buffer.from(toPlain(page)).toString() : ''
  const manifest = existsSync(join(dir, manifestName))
    ? (JSON.parse(readFileSync(join(dir, manifestName), 'utf8')) as Manifest)
    : {}
  return Object.assign(serve, {
    assets: toPageAssets(index, manifest),
    /** The page of the app with what it shows at first, and links to what its program will ask for. */
    async servePage(c: Context, language: Language, frame: string, links: string[]): Promise<Response | undefined> {
      if (!page) return undefined
      const html = index
        .replace('<html lang="en">', `<html lang="${language}">`)
        .replace('</head>', `  ${links.join('\n    ')}\n  </head>`)
        .replace('<div id="root"></div>', `<div id="root">${frame}</div>`)
      const response = await sendBody(c, toTextBody(html), page.type)
      response.headers.set('Cache-Control', 'no-cache')
      response.headers.append('Vary', 'Accept-Language')
      return response
    },
  })
}

export type StaticFiles = ReturnType<typeof readStaticFiles>
