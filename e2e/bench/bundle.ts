import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'

const html = readFileSync('dist/client/index.html', 'utf8')
console.log('\n## First load (as built: Brotli, kB)')
for (const name of readdirSync('dist/client/assets').filter((file) => /\.(js|css)$/.test(file))) {
  const path = `dist/client/assets/${name}`
  const size = statSync(existsSync(`${path}.br`) ? `${path}.br` : path).size / 1000
  console.log(
    `${html.includes(name) ? 'first load' : 'when needed'}  ${name.replace(/-[\w-]{8}\./, '.')}  ${size.toFixed(1)}`,
  )
}
