import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Node, Renderer } from '@takumi-rs/core'
import { limitConcurrency } from '../../../shared/limit-concurrency.ts'
import { cardSize } from './draw-card.ts'

const require = createRequire(import.meta.url)
const katexFonts = join(dirname(require.resolve('katex/package.json')), 'dist/fonts')
const notoFonts = join(dirname(require.resolve('@fontsource/noto-sans-sc/package.json')), 'files')

const fonts: { name: string; weight: number; path: string }[] = [
  ...[400, 700].flatMap((weight) =>
    ['latin', 'latin-ext', 'chinese-simplified'].map((part) => ({
      name: 'Noto Sans SC',
      weight,
      path: join(notoFonts, `noto-sans-sc-${part}-${weight}-normal.woff2`),
    })),
  ),
  ...['Main-Regular', 'Math-Italic', 'AMS-Regular', 'Size1-Regular'].map((face) => ({
    name: `KaTeX_${face.split('-')[0]}`,
    weight: 400,
    path: join(katexFonts, `KaTeX_${face}.ttf`),
  })),
]

/** Drawn one at a time; fonts and drawing engine come with the first card. */
export function createCardRenderer() {
  const inTurn = limitConcurrency(1)
  let ready: Promise<Renderer> | undefined

  async function open(): Promise<Renderer> {
    const { Renderer } = await import('@takumi-rs/core')
    const renderer = new Renderer({ cacheMaxBytes: 0 })
    for (const { name, weight, path } of fonts) {
      await renderer.registerFont({ name, weight, style: 'normal', data: await readFile(path) })
    }
    return renderer
  }

  return async (card: Node): Promise<Uint8Array> =>
    await inTurn(async () => {
      ready ??= open()
      ready.catch(() => {
        ready = undefined
      })
      const renderer = await ready
      return new Uint8Array(await renderer.render(card, { ...cardSize, format: 'png' }))
    })
}
