// A real nginx for the tests. Plain JavaScript, as it may run before anything was built.
import { existsSync } from 'node:fs'
import { run } from './start.mjs'

const known = [
  '/usr/sbin/nginx',
  '/usr/local/sbin/nginx',
  '/usr/bin/nginx',
  '/opt/homebrew/bin/nginx',
  '/usr/local/bin/nginx',
]

/** One that is there, else Debian's package; nothing where none can be had. */
export function findNginx() {
  const there = () => known.find((path) => existsSync(path))
  if (there() || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return there()
  console.log('No nginx is on this machine. Installing Debian’s …')
  if (run('apt-get', ['update', '-qq']) === 0) run('apt-get', ['install', '-y', '-qq', 'nginx-light'])
  return there()
}
