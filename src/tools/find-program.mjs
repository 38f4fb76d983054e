// Programs that some tests need. Plain JavaScript, as it may run before anything was built.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './start.mjs'

/** One that is there, else Debian's package; nothing where none can be had. */
function findProgram(name, known, packages) {
  const there = () => known.find((path) => existsSync(path))
  if (there() || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return there()
  console.log(`No ${name} is on this machine. Installing Debian’s …`)
  if (run('apt-get', ['update', '-qq']) === 0)
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages])
  return there()
}

export const findNginx = () =>
  findProgram(
    'nginx',
    ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx', '/opt/homebrew/bin/nginx', '/usr/local/bin/nginx'],
    ['nginx-light'],
  )

/** It stands between instances and their database. */
export const findPgBouncer = () =>
  findProgram(
    'PgBouncer',
    ['/usr/sbin/pgbouncer', '/usr/local/bin/pgbouncer', '/usr/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'],
    ['pgbouncer'],
  )

/** A library that gives a program another clock. */
export const findFaketime = () => {
  const folders = ['x86_64-linux-gnu', 'aarch64-linux-gnu', '']
  return findProgram(
    'libfaketime',
    folders.map((folder) => join('/usr/lib', folder, 'faketime/libfaketimeMT.so.1')),
    ['libfaketime'],
  )
}

/** It opens what is exported for Word. */
export const findLibreOffice = () =>
  findProgram(
    'LibreOffice',
    [
      '/usr/bin/soffice',
      '/usr/local/bin/soffice',
      '/opt/homebrew/bin/soffice',
      '/Applications/LibreOffice.app/Contents/MacOS/soffice',
    ],
    ['libreoffice-writer-nogui', 'libreoffice-math-nogui'],
  )
