// Everything a change must pass, on a fresh clone too. The last line counts the tests.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { findChromium } from './chromium.mjs'
import { findNginx, findPgBouncer } from './find-program.mjs'
import { build, checkNode, install, root, run } from './start.mjs'

let passed = 0
let failed = 0
let skipped = 0
/** Whatever happens (a build that fails, say), the last line counts. */
process.on('exit', (code) => {
  if (code !== 0 && failed === 0) failed = 1
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
})

checkNode()
install()

const bin = (name) => join(root, 'node_modules/.bin', name)
const results = join(root, 'test-results')
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

const steps = [
  ['types', [bin('tsc')]],
  ['lint', [bin('oxlint')]],
  ['format', [bin('oxfmt'), '--check']],
  ['unused', [bin('knip')]],
  ['folders', [process.execPath, join(root, 'src/tools/folder-circles.mjs')]],
  ['lock file', ['npm', 'ci', '--dry-run', '--loglevel=error']],
  ['licences', [process.execPath, join(root, 'src/tools/licences.mjs'), '--check']],
]
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

findNginx()
findPgBouncer()
const { path: chromium, problem } = findChromium()
if (problem !== undefined) {
  console.log(problem)
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

/** The servers of the browser tests run with keys of their own, which may stand in nothing they printed or were built from. */
const leaks = ['test-results', 'dist'].flatMap((folder) => {
  const names = existsSync(join(root, folder)) ? readdirSync(join(root, folder), { recursive: true }) : []
  return names
    .map((name) => join(root, folder, name))
    .filter((path) => statSync(path).isFile() && /canary-(model|dashscope)-5f1d/.test(readFileSync(path, 'latin1')))
})
if (leaks.length === 0) passed += 1
else {
  failed += 1
  console.log(`✗ a key stands in\n${leaks.join('\n')}`)
}

process.exit(failed === 0 ? 0 : 1)
