// Runs a benchmark written in TypeScript: `npm run bench -- server`. Figures go to docs/benchmarks.md by hand.
import { join } from 'node:path'
import { runnerImport } from 'vite'
import { findChromium } from './chromium.mjs'
import { build, install, root } from './start.mjs'

const names = {
  server: 'e2e/bench/server.ts',
  bundle: 'e2e/bench/bundle.ts',
  media: 'e2e/bench/media.ts',
  page: 'e2e/bench/page.ts',
  open: 'e2e/bench/open.ts',
  history: 'e2e/bench/history.ts',
  resume: 'e2e/bench/resume.ts',
  share: 'e2e/bench/share.ts',
  render: 'e2e/bench/render.ts',
  expensive: 'e2e/bench/expensive.ts',
  cluster: 'e2e/bench/cluster.ts',
}
install()
build()
const wished = process.argv[2]
if (wished === undefined || ['media', 'page', 'open', 'resume', 'share', 'render', 'expensive'].includes(wished)) {
  const { path, problem } = findChromium()
  if (problem !== undefined) {
    console.error(problem)
    process.exit(1)
  }
  process.env['CHROMIUM_PATH'] = path
}
for (const [name, file] of Object.entries(names)) {
  if (wished === undefined || wished === name) await runnerImport(join(root, file), { configFile: false, root })
}
process.exit(0)
