import { build, type Rolldown } from 'vite'
import { expect, test, vi } from 'vitest'

/** What turns a string into elements or code: our policy refuses it, and the part that uses it fails. */
const sinks =
  /\.(?:inner|outer)HTML\s*=(?!=)|\[["'`](?:inner|outer)HTML["'`]\]\s*=(?!=)|document\.write|insertAdjacentHTML|createContextualFragment|setHTMLUnsafe|\.srcdoc\b|DOMParser|(?<![.\w$])(?:new\s+)?Function\s*\(|(?<![.\w$])eval\s*\(/g

/** Where one may stand, by package (or chunk, of workers), and why it is never reached. */
const allowed: Record<string, string> = {
  'react-dom':
    'sets dangerouslySetInnerHTML, which nothing of ours passes, and makes script elements, of which we have none',
  'highlight.js': 'colours elements of a page itself, which lowlight never asks it to: it takes the tree',
  'pdf-decoder': 'a worker under a policy without unsafe-eval: it asks whether it may compile, and is told not to',
}

const toPackage = (id: string) =>
  /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? id.replace(/^.*\/src\//, 'src/')

test('nothing in the built page writes strings into the document or runs them, but what is listed', async () => {
  vi.stubEnv('NODE_ENV', 'production')
  const found = new Map<string, string[]>()
  const note = (place: string, code: string) => {
    const uses = code.match(sinks)
    if (uses) found.set(place, [...(found.get(place) ?? []), ...uses])
  }
  const built = await build({ logLevel: 'error', build: { write: false } })
  const files = (Array.isArray(built) ? built : [built]) as Rolldown.RolldownOutput[]
  let modules = 0
  for (const file of files.flatMap(({ output }) => output)) {
    if (file.type === 'chunk') {
      for (const [id, { code }] of Object.entries(file.modules)) {
        modules += 1
        note(toPackage(id), code ?? '')
      }
    } else if (file.fileName.endsWith('.js')) {
      note(file.fileName.replace(/^.*\/|-[\w-]{8}\.js$/g, ''), String(file.source))
    }
  }
  expect(modules).toBeGreaterThan(200)
  // Each reason has something to excuse.
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(Object.keys(allowed).map((place) => [place, expect.any(Array)])),
  )
  // The page is built whole.
}, 120_000)
