// The licences of what runs and of what the page is built from, from the lock file to docs/licences.md: `npm run licences`.
// With --check (in `npm test`) it writes nothing and fails for an unknown licence or a new install script.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './start.mjs'

const allowed =
  /^(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|Unlicense|LGPL-3\.0(?:-or-later)?|OFL-1\.1|MPL-2\.0)$/
/**
 * Read by tests only, shipped nowhere: the examples of the CommonMark specification, and what the S3 server is made of,
 * where MIT is said in another place than the lock file's.
 */
const testsOnly = new Map([
  ['commonmark-spec', 'CC-BY-SA-4.0'],
  ...['busboy', 'humanize-number', 'only', 'streamsearch'].map((name) => [name, 'unknown']),
])
/** With binaries for the systems we know inside; `npm ci` runs no script of it. */
const mayHaveScript = new Set(['node_modules/@photostructure/sqlite'])

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
const problems = []
const rows = []
for (const [path, { version, license = 'unknown', dev, hasInstallScript }] of Object.entries(packages)) {
  if (path === '') continue
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const isKnown = dev && testsOnly.get(name) === license
  if (!isKnown && !license.split(/ (?:AND|OR) /).every((part) => allowed.test(part.replace(/[()]/g, ''))))
    problems.push(`${name}: ${license}`)
  if (hasInstallScript && !mayHaveScript.has(path)) problems.push(`${name} wants to run a script when installed`)
  if (!dev) rows.push(`| ${name} | ${version} | ${license} |`)
}
const bundled = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies)
  .filter(
    (name) =>
      !testsOnly.has(name) &&
      !/^(@types|parse5|saxes|open-graph-scraper|hast-util-to-html|mdast-util-to-hast|@testing|@axe|@20minutes|@vitejs|dockerfile-utils|yaml|@tailwind|oxfmt|oxlint|knip|vite|vitest|playwright|happy|fast-check|typescript|tailwind|micromark-util-types)/.test(
        name,
      ),
  )
  .map(
    (name) => `| ${name} | ${packages[`node_modules/${name}`].version} | ${packages[`node_modules/${name}`].license} |`,
  )

const head = '| package | version | licence |\n| --- | --- | --- |\n'
const text = `# Licences

Made by \`npm run licences\` from the lock file. ShowWork itself is MIT.

## What runs on the server

${head}${[...new Set(rows)].sort().join('\n')}

libvips inside sharp and libheif are LGPL-3.0: each is a file of its own beside ours and can be exchanged. libheif decodes
HEIC in a worker, loaded only where the browser cannot.

## What the page is built from

${head}${bundled.sort().join('\n')}
`
if (!process.argv.includes('--check')) writeFileSync(join(root, 'docs/licences.md'), text)
if (problems.length > 0) console.error(problems.join('\n'))
process.exit(problems.length > 0 ? 1 : 0)
