// Random requests for as long as is wished: `npm run fuzz` for an hour, `npm run fuzz -- 5` for five minutes.
import { join } from 'node:path'
import { install, root, run } from './start.mjs'

install()
const minutes = Number(process.argv[2] ?? 60)
if (!(minutes > 0)) {
  console.error('Say for how many minutes: npm run fuzz -- 5')
  process.exit(1)
}
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const env = { ...process.env, FUZZ_MINUTES: String(minutes) }
process.exit(
  run(
    process.execPath,
    [
      vitest,
      'run',
      'src/server/testing/malformed/fuzz.test.ts',
      'src/client/markdown/streaming.test.ts',
      'src/client/markdown/work.test.ts',
    ],
    { env },
  ),
)
