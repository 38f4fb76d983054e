// Attacks the built server: `npm run siege`, `npm run siege -- --list`, `npm run siege -- --only links --seconds 10`.
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { runnerImport } from 'vite'
import { build, install, root } from './start.mjs'

const folder = join(root, 'e2e/survival/siege')
const options = { configFile: false, root }
if (process.argv.includes('--others')) await runnerImport(join(folder, 'bystander-process.ts'), options)
install()
build()
const { module } = await runnerImport(join(folder, 'siege.ts'), options)
await module.main(fileURLToPath(import.meta.url))
process.exit()
