/** Far beyond what anybody writes in one block, and still parsed in a few milliseconds. */
const maxChars = 20_000
const maxDelimiters = 1_500
/** Each formula is drawn; each that has no end is looked for to the end of the block. */
const maxFormulas = 600
const maxOpen = 100
const tooDeep = /^[ \t]*(?:(?:>|[-*+](?=\s)|\d{1,9}[.)](?=\s))[ \t]*){40}/m

/** Whether parsing this block would block the page, or overflow the stack: then it shows as it is. */
export function isCostly(text: string): boolean {
  if (text.length > maxChars || tooDeep.test(text)) return true
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0
  if (count(/[*_[\]~`<&]/g) > maxDelimiters) return true
  const [opened, closed] = [count(/\\(?:[([]|begin\{)/g), count(/\\(?:[)\]]|end\{)/g)]
  return count(/\$/g) / 2 + opened > maxFormulas || opened - closed > maxOpen
}
