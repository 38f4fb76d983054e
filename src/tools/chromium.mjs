// A Chromium for the tests and the benchmarks. Plain JavaScript, as it may run before anything was built.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './start.mjs'

const known = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Starting it is the only proof: Ubuntu's file is a stub, and a downloaded one can lack its libraries. */
function starts(path) {
  const script = `const { chromium } = await import('playwright')
    const browser = await chromium.launch({ args: ['--no-sandbox'], ...(process.argv[1] && { executablePath: process.argv[1] }) })
    await browser.close()`
  const args = ['--input-type=module', '-e', script, '--', path]
  return spawnSync(process.execPath, args, { cwd: root, timeout: 60_000 }).status === 0
}

/** What the search does to this machine; the tests put a machine of their own here. */
const machine = {
  named: process.env['CHROMIUM_PATH'],
  isRoot: process.getuid?.() === 0,
  exists: existsSync,
  starts,
  install: () =>
    spawnSync(join(root, 'node_modules/.bin/playwright'), ['install', 'chromium'], { cwd: root, timeout: 180_000 })
      .status === 0,
  apt: () => run('apt-get', ['update', '-qq']) === 0 && run('apt-get', ['install', '-y', '-qq', 'chromium']) === 0,
}

/**
 * One that is there, else Playwright's own (as the empty path), else Debian's package. Where none can be had,
 * `problem` says what to do.
 */
export function findChromium({ named, isRoot, exists, starts: canStart, install, apt } = machine, say = console.log) {
  if (named) {
    if (exists(named) && canStart(named)) return { path: named }
    return {
      problem: `CHROMIUM_PATH is ${named}, which ${exists(named) ? 'does not start' : 'is not there'}. Correct it or unset it.`,
    }
  }
  const there = () => known.find((path) => exists(path) && canStart(path))
  const found = there()
  if (found) return { path: found }
  say('No Chromium is on this machine. Fetching Playwright’s …')
  const hasOwn = install()
  if (hasOwn && canStart('')) return { path: '' }
  const isDebian = exists('/usr/bin/apt-get')
  if (isDebian && isRoot) {
    say('That one cannot be had or does not start. Installing Debian’s chromium …')
    apt()
    const installed = there()
    if (installed) return { path: installed }
  }
  const ways = [
    ...(isDebian ? [`${isRoot ? '' : 'sudo '}apt-get install chromium`] : []),
    ...(hasOwn ? ['npx playwright install-deps chromium'] : ['npx playwright install --with-deps chromium']),
  ]
  return {
    problem: `The browser tests did not run: no Chromium can be had here. Install one (${ways.join(', or ')}), or name one in CHROMIUM_PATH; then run npm test again.`,
  }
}
