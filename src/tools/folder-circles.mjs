// Fails where rooms (folders below src/client, src/server and src/shared) import each other in a circle.
import { readFileSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { root } from './start.mjs'

const files = readdirSync(join(root, 'src'), { recursive: true })
  .map((name) => posix.join('src', name.replaceAll('\\', '/')))
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
/** `src/server/runs/journal/feed.ts` is in the room `src/server/runs`; `src/server/app.ts` is in none. */
const toRoom = (file) => {
  const parts = file.split('/')
  return parts.length > 3 ? parts.slice(0, 3).join('/') : undefined
}

const imports = new Map()
for (const file of files) {
  const from = toRoom(file)
  for (const [, path] of readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']*)'/g)) {
    const target = posix.join(posix.dirname(file), path)
    const to = toRoom(target)
    if (from === undefined || to === undefined || from === to) continue
    const targets = imports.get(from) ?? new Map()
    imports.set(from, targets.set(to, `${file} → ${target}`))
  }
}

/** The rooms from `room` back to itself, where there is such a way. */
function findCircle(room, path = [room], seen = new Set()) {
  for (const next of imports.get(path.at(-1))?.keys() ?? []) {
    if (next === room) return path
    if (seen.has(next)) continue
    seen.add(next)
    const circle = findCircle(room, [...path, next], seen)
    if (circle) return circle
  }
  return undefined
}

const circles = [...imports.keys()].flatMap((room) => {
  const circle = findCircle(room)
  return circle ? [circle.map((from, index) => imports.get(from).get(circle[index + 1] ?? room)).join('\n  ')] : []
})
if (imports.size < 10) circles.push('no rooms were found: is the tree another one?')
if (circles.length > 0) {
  console.log(`Rooms import each other in a circle:\n  ${[...new Set(circles)].join('\n\n  ')}`)
  process.exit(1)
}
