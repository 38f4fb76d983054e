// Everything a change must pass, on a fresh clone too. The last line counts the tests.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build, checkNode, install, root, run } from './start.mjs'

checkNode()
install()

const bin = (name) => join(root, 'node_modules/.bin', name)
const results = join(root, 'test-results')
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

/** A Chromium that is there, else Playwright's own, else Debian's. */
function findChromium() {
  const known = [
    process.env.CHROMIUM_PATH,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  const there = () => known.find((path) => path !== undefined && existsSync(path))
  if (there()) return there()
  console.log('Looking for a Chromium …')
  if (spawnSync(bin('playwright'), ['install', 'chromium'], { cwd: root, timeout: 180_000 }).status === 0) return ''
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Debian’s chromium …')
    run('apt-get', ['update', '-qq'])
    run('apt-get', ['install', '-y', '-qq', 'chromium'])
  }
  return there()
}

let failed = 0
const steps = [
  ['types', [bin('tsc')]],
  ['lint', [bin('oxlint')]],
  ['format', [bin('oxfmt'), '--check']],
  ['unused', [bin('knip')]],
  ['lock file', ['npm', 'ci', '--dry-run', '--loglevel=error']],
]
let passed = 0
let skipped = 0
for (const [name, [command, ...args]] of steps) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  if (status === 0) passed += 1
  else {
    failed += 1
    console.log(`✗ ${name}\n${stdout}${stderr}`)
  }
}

function count(file, read) {
  if (!existsSync(file)) {
    failed += 1
    return
  }
  const totals = read(JSON.parse(readFileSync(file, 'utf8')))
  passed += totals.passed
  failed += totals.failed
  skipped += totals.skipped
}
const unitFile = join(results, 'unit.json')
const unitStatus = run(bin('vitest'), ['run', '--reporter=dot', '--reporter=json', `--outputFile=${unitFile}`])
count(unitFile, (json) => ({ passed: json.numPassedTests, failed: json.numFailedTests, skipped: json.numPendingTests }))
if (unitStatus !== 0 && failed === 0) failed += 1

const chromium = findChromium()
if (chromium === undefined) {
  console.log(
    'No Chromium can be had here. Install one (Debian: apt-get install chromium), or name it in CHROMIUM_PATH.',
  )
  failed += 1
} else {
  build()
  const e2eFile = join(results, 'e2e.json')
  const status = run(bin('playwright'), ['test', '-c', 'e2e/playwright.config.ts'], {
    env: { ...process.env, CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: e2eFile },
  })
  count(e2eFile, ({ stats }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
  }))
  if (status !== 0 && failed === 0) failed += 1
}

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed === 0 ? 0 : 1)
