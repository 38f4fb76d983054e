// Runs before anything is installed: plain JavaScript, nothing imported but Node.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  console.error(
    `ShowWork needs Node 20.19 or later; this is ${process.versions.node}. Install a newer one from your system or nodejs.org.`,
  )
  process.exit(1)
}

export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (error) console.error(error.message)
  return status ?? 1
}

/** The built server, from the top of the repository; a young generation of three times 8 MB instead of 16 is enough for it. */
export const serverCommand = ['--max-semi-space-size=8', 'dist/server/main.js']

// What a command makes of its input stands alone in its output: progress goes to the other one.
const beside = ['ignore', 2, 2]
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const shell = process.platform === 'win32'

/** Installs what the lock file names, unless this very lock file was installed before. */
export function install() {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const stamp = join(root, 'node_modules/.showwork-lock')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.error('Installing the dependencies …')
  const options = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const status = run(npm, options, { shell, stdio: beside })
  if (status !== 0) {
    console.error('The dependencies could not be installed. Check the network, then run the command again.')
    process.exit(status)
  }
  writeFileSync(stamp, lock)
}

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

/** Builds the page and the server, unless the last build is newer than everything it was made from. */
export function build() {
  const inputs = ['src', 'public', 'index.html', 'vite.config.ts', 'package-lock.json', 'tsconfig.json']
  const stamp = join(root, 'dist/.built')
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (built > Math.max(...inputs.map((name) => newest(join(root, name))))) return
  console.error('Building …')
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  for (const args of [['build'], ['build', '--ssr']]) {
    const status = run(process.execPath, [vite, ...args, '--logLevel', 'warn'], { stdio: beside })
    if (status !== 0) process.exit(status)
  }
  writeFileSync(stamp, '')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  checkNode()
  install()
  const isDev = process.argv.includes('--dev')
  if (!isDev) build()
  const args = isDev ? [join(root, 'node_modules/vite/bin/vite.js')] : serverCommand
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
  // The terminal sends Ctrl+C to both; a service manager's SIGTERM reaches only this one.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code) => process.exit(code ?? 1))
}
