// What takes too long for every change: `npm run soak`, or with other counts `npm run soak -- runs=500 kills=20 seed=7`.
import { join } from 'node:path'
import { runnerImport } from 'vite'
import { build, install, root } from './start.mjs'

install()
build()
await runnerImport(join(root, 'e2e/survival/soak.ts'), { configFile: false, root })
process.exit(0)
