/** Far beyond what anybody writes in one block, and still parsed in a few milliseconds. */
const maxChars = 20_000
const maxDelimiters = 1_500
const tooDeep = /^[ \t]*(?:(?:>|[-*+](?=\s)|\d{1,9}[.)](?=\s))[ \t]*){40}/m

/** Whether parsing this block would block the page, or overflow the stack: then it shows as it is. */
export function isCostly(text: string): boolean {
  if (text.length > maxChars || tooDeep.test(text)) return true
  return (text.match(/[*_[\]~`]/g)?.length ?? 0) > maxDelimiters
}
