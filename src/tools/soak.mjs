// What takes too long for every change: `npm run soak`, or with other counts `npm run soak -- runs=500 kills=20 seed=7`.
import { join } from 'node:path'
import { runnerImport } from 'vite'
import { build, install, root, run } from './start.mjs'

install()
build()
const chains = process.argv.map((argument) => /^chains=(\d+)$/.exec(argument)?.[1]).find(Boolean) ?? '20000'
if (chains !== '0') {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const env = { ...process.env, FETCH_CHAINS: chains }
  const status = run(process.execPath, [vitest, 'run', 'src/server/media/fetch-inside.test.ts'], { env })
  if (status !== 0) process.exit(status)
}
await runnerImport(join(root, 'e2e/survival/soak.ts'), { configFile: false, root })
// In a process of its own: what it measures is not to wait for anything here.
process.exit(process.argv.includes('siege=0') ? 0 : run(process.execPath, [join(root, 'src/tools/siege.mjs')]))
