// LibreOffice, which opens what is exported for Word. Plain JavaScript, as the others that look for a program.
import { existsSync } from 'node:fs'
import { run } from './start.mjs'

const known = [
  '/usr/bin/soffice',
  '/usr/local/bin/soffice',
  '/opt/homebrew/bin/soffice',
  '/Applications/LibreOffice.app/Contents/MacOS/soffice',
]

/** One that is there, else Debian's package; nothing where none can be had. */
export function findLibreOffice() {
  const there = () => known.find((path) => existsSync(path))
  if (there() || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return there()
  console.log('No LibreOffice is on this machine. Installing Debian’s …')
  if (run('apt-get', ['update', '-qq']) === 0)
    run('apt-get', [
      'install',
      '-y',
      '-qq',
      '--no-install-recommends',
      'libreoffice-writer-nogui',
      'libreoffice-math-nogui',
    ])
  return there()
}
