import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const html = readFileSync('dist/client/index.html', 'utf8')
console.log('\n## First load (gzip -9, kB)')
for (const name of readdirSync('dist/client/assets').filter((file) => /\.(js|css)$/.test(file))) {
  const size = gzipSync(readFileSync(`dist/client/assets/${name}`), { level: 9 }).byteLength / 1000
  console.log(
    `${html.includes(name) ? 'first load' : 'when needed'}  ${name.replace(/-[\w-]{8}\./, '.')}  ${size.toFixed(1)}`,
  )
}
