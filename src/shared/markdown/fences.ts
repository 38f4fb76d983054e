const quotes = /[ \t>]*/y
const marker = /(?:[-*+]|\d{1,9}[.)])[ \t]+/y

/** Where the content of a line begins, behind the marks of quotes and list items. */
export function skipContainers(line: string): number {
  let at = 0
  for (;;) {
    quotes.lastIndex = at
    at += quotes.exec(line)?.[0].length ?? 0
    marker.lastIndex = at
    const length = marker.exec(line)?.[0].length
    if (length === undefined) return at
    at += length
  }
}

/** A fence of code: where its mark stands in its line, and what stands behind it. */
export type Fence = { at: number; mark: string; rest: string }

/** The fence that a line opens. */
export function readFence(line: string): Fence | undefined {
  const at = skipContainers(line)
  const sign = line[at]
  if (sign !== '`' && sign !== '~') return undefined
  let end = at
  while (line[end] === sign) end += 1
  const rest = line.slice(end)
  if (end - at < 3 || (sign === '`' && rest.includes('`'))) return undefined
  return { at, mark: line.slice(at, end), rest }
}

/** Models write on right behind a closing fence; a single word there is the language of a fence within. */
function isProse(rest: string): boolean {
  const text = rest.trim()
  return text.startsWith('{') ? false : !/^[A-Za-z]/.test(text) || /[^\w+#.-]/.test(text)
}

/** Where the mark ends that closes this fence, if the line holds one. */
export function findFenceEnd(line: string, { at: openedAt, mark }: Fence): number | undefined {
  const at = /^[ \t>]*/.exec(line)?.[0].length ?? 0
  let end = at
  while (line[end] === mark[0]) end += 1
  if (end - at < mark.length || at > openedAt + 3) return undefined
  const rest = line.slice(end)
  return rest.trim() === '' || isProse(rest) ? end : undefined
}

/** With a line of its own for what stands right behind a closing fence: the parser would take it, and all after it, for code. */
export function separateFences(text: string): string {
  if (!/`{3}|~{3}/.test(text)) return text
  let open: Fence | undefined
  const lines = text.split('\n').map((line) => {
    if (!open) {
      open = readFence(line)
      return line
    }
    const end = findFenceEnd(line, open)
    if (end === undefined) return line
    open = undefined
    const rest = line.slice(end).trimStart()
    return rest === '' ? line : `${line.slice(0, end)}\n${/^[ \t>]*/.exec(line)?.[0]}${rest}`
  })
  return lines.join('\n')
}
