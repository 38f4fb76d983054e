import { build, type Rolldown } from 'vite'
import { beforeAll, expect, test, vi } from 'vitest'

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

/** What browsers of the last years may lack, and `src/client/older-browsers.ts` does not add. */
const tooNew =
  /\.(?:toWellFormed|isWellFormed|symmetricDifference|isSubsetOf|isSupersetOf|isDisjointFrom|groupBy|fromAsync|withResolvers|getOrInsert|toBase64|fromBase64|toHex|sumPrecise|transfer(?:ToFixedLength)?)\s*\(|(?:AbortSignal\.(?:any|timeout)|Promise\.(?:try|any)|URL\.parse|RegExp\.escape|scheduler\.yield|crypto\.randomUUID|Array\.fromAsync|Iterator\.from)\b/g

/** Where something of it stands all the same, and why. */
const newerAllowed: Record<string, string> = {
  'pdf-decoder': 'reads PDF in a browser that can; another says that it cannot',
  'service-worker': 'only browsers that have it run it',
}

/** Of each package, file of ours or worker, its code as it is built. */
const modules = new Map<string, string>()
beforeAll(async () => {
  vi.stubEnv('NODE_ENV', 'production')
  const note = (place: string, code: string) => modules.set(place, `${modules.get(place) ?? ''}\n${code}`)
  const built = await build({ logLevel: 'error', build: { write: false } })
  const files = (Array.isArray(built) ? built : [built]) as Rolldown.RolldownOutput[]
  let count = 0
  for (const file of files.flatMap(({ output }) => output)) {
    if (file.type === 'chunk') {
      for (const [id, { code }] of Object.entries(file.modules)) {
        count += 1
        note(toPackage(id), code ?? '')
      }
    } else if (file.fileName.endsWith('.js')) {
      note(file.fileName.replace(/^.*\/|-[\w-]{8}\.js$/g, ''), String(file.source))
    }
  }
  expect(count).toBeGreaterThan(200)
  // The page is built whole.
}, 120_000)

/** Each reason has something to excuse. */
function expectOnly(pattern: RegExp, excused: Record<string, string>) {
  const found = [...modules].flatMap(([place, code]) => {
    const uses = code.match(pattern)
    return uses ? [[place, uses]] : []
  })
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(Object.keys(excused).map((place) => [place, expect.any(Array)])),
  )
}

test('nothing in the built page writes strings into the document or runs them, but what is listed', () => {
  expectOnly(sinks, allowed)
})

test('nothing in the built page calls what browsers of the last years may lack, but what is listed', () => {
  expectOnly(tooNew, newerAllowed)
})
