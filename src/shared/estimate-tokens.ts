const isHan = (code: number) => (code >= 0x3400 && code <= 0x9fff) || (code >= 0xf900 && code <= 0xfaff)
const isSpace = (code: number) => code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0x3000

/** About how many tokens a text is: near enough for a pace, a bar and a count that is called an estimate. */
export function estimateTokens(text: string): number {
  let han = 0
  let rest = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (isHan(code)) han += 1
    else if (!isSpace(code)) rest += 1
  }
  return Math.ceil(han * 0.7 + rest / 2.6)
}
