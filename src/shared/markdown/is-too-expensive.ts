/** Far beyond what anybody writes in one block, and still parsed in a few milliseconds. */
const maxChars = 20_000
const maxDelimiters = 1_500
/** Each formula is drawn; each that has no end is looked for to the end of the block. */
const maxFormulas = 300
const maxOpen = 100
/** Of lists and of tables; code may look like either and costs little. */
const maxItems = 300
const maxCells = 1_500
/** Each line is held against every quote and list it may stand in. */
const maxDepthTimesLines = 3_000
const tooDeep = /^[ \t]*(?:(?:>|[-*+](?=\s)|\d{1,9}[.)](?=\s))[ \t]*){40}/m

const fenced = /^[ \t]*(?:`{3}|~{3})/
const item = /^[ \t>]*(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$)/gm
const containers = /^[ \t]*(?:(?:>|[-*+](?=\s)|\d{1,9}[.)](?=\s))[ \t]*)+/gm

function toDepth(text: string): number {
  let depth = 0
  for (const [start] of text.matchAll(containers))
    depth = Math.max(depth, start.match(/>|[-*+](?=\s)|[.)]/g)?.length ?? 0)
  return depth
}

/** Whether parsing this block would block the page, or overflow the stack: then it shows as it is. */
export function isTooExpensive(text: string): boolean {
  if (text.length > maxChars || tooDeep.test(text)) return true
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0
  if (count(/[*_[\]~`<&]/g) > maxDelimiters) return true
  const [opened, closed] = [count(/\\(?:[([]|begin\{)/g), count(/\\(?:[)\]]|end\{)/g)]
  if (count(/\$/g) / 2 + opened > maxFormulas || opened - closed > maxOpen) return true
  if (fenced.test(text)) return false
  if (count(item) > maxItems || count(/\|/g) > maxCells) return true
  return toDepth(text) * count(/\n/g) > maxDepthTimesLines
}
