/** TeX without the words it may hold: arguments that are text, and names of commands. */
const withoutText = (tex: string) =>
  tex.replace(/\\(?:text\w*|math\w+|operatorname|mbox|hbox)\s*\{[^{}]*\}?/g, '.').replace(/\\[A-Za-z]+/g, '.')

/** Whether this holds words of a sentence, as no formula does. */
export function isProse(tex: string): boolean {
  const rest = withoutText(tex)
  return /[\u3001-\u303f\u3040-\u30ff\u4e00-\u9fff\uff0c]|[A-Za-z]{2}[ ,.;:]+[A-Za-z]{2}|[A-Za-z]{2}[ ,.;:]+[a-z] [a-z]{2}/.test(
    rest,
  )
}

/** Whether this is mathematics beyond doubt, although its dollars stand apart from it. */
export function isPlainTex(tex: string): boolean {
  const content = tex.trim()
  if (isProse(content) || /[=+\-*/<>,]$/.test(content)) return false
  if (/\\[A-Za-z]|[\^_]/.test(content)) return true
  const rest = content.replace(/\b(?:sin|cos|tan|log|ln|lim|max|min|mod|gcd)\b/g, '')
  if (/[A-Za-z]{2}/.test(rest)) return false
  return /^[A-Za-z]$/.test(content) || (/[=<>≤≥≠≈]/.test(content) && /[A-Za-z\d]/.test(content))
}
