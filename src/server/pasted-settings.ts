/** What text editors, chat programs and secret files put around a value: blanks, line ends, marks without a width. */
const around = /^[\s\u200B-\u200D\u2060\uFEFF]+|[\s\u200B-\u200D\u2060\uFEFF]+$/g
const quotes = ['""', "''", '``', '“”', '‘’']

/** A value as it was meant, without quotes that a shell would have taken away. */
export function unquote(text: string): string {
  const bare = text.replace(around, '')
  const isQuoted = bare.length > 1 && quotes.some((pair) => bare[0] === pair[0] && bare.at(-1) === pair[1])
  return isQuoted ? bare.slice(1, -1).replace(around, '') : bare
}

/** A key without the words of the header that it was copied from. */
export const toKey = (text: string) => unquote(text.replace(/^(?:authorization\s*:\s*)?bearer\s+/i, ''))

/** Whether it can stand in a header as it is. */
export const isKey = (text: string) => /^[\x21-\x7e]+$/.test(text)

/** The methods that people copy along with the address of a service. */
const methods = /\/(?:chat\/completions|completions|models|responses|api\/v1\/services\/aigc\/[\w-]+\/generation)\/*$/

/** The address before them, with its query, where there is one, and without a slash at its end. */
export function toBaseAddress(text: string): string {
  if (!URL.canParse(text)) return text
  const url = new URL(text)
  url.hash = ''
  url.pathname = url.pathname.replace(methods, '').replace(/\/+$/, '')
  const { origin, pathname, search, username, password } = url
  const credentials = username === '' ? '' : `${username}${password === '' ? '' : `:${password}`}@`
  return `${origin.replace('//', `//${credentials}`)}${pathname === '/' ? '' : pathname}${search}`
}
