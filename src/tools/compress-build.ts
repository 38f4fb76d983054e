import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const compressible = /\.(?:js|mjs|css|html|svg|json|webmanifest|txt|wasm)$/
const minBytes = 1_000
/** What is this large is fetched by few; the best compression would take longer than the rest of the build. */
const maxBestBytes = 500_000

async function compress(path: string): Promise<void> {
  const bytes = await readFile(path)
  if (bytes.byteLength < minBytes) return
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: bytes.byteLength > maxBestBytes ? 9 : 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
  }
  const [brotli, zipped] = await Promise.all([
    promisify(brotliCompress)(bytes, { params }),
    promisify(gzip)(bytes, { level: 9 }),
  ])
  await Promise.all([writeFile(`${path}.br`, brotli), writeFile(`${path}.gz`, zipped)])
}

/** Puts the compressed forms of each built file beside it, so that the server compresses none. */
export const compressBuild = (): Plugin => {
  let outDir = ''
  let isWritten = true
  return {
    name: 'showwork-compress',
    apply: (_config, { command, isSsrBuild }) => command === 'build' && isSsrBuild !== true,
    configResolved(config) {
      outDir = join(config.root, config.build.outDir)
      isWritten = config.build.write
    },
    async closeBundle() {
      if (!isWritten) return
      const names = await readdir(outDir, { recursive: true })
      await Promise.all(names.filter((name) => compressible.test(name)).map((name) => compress(join(outDir, name))))
    },
  }
}
