import type { Token } from './tokenise.ts'

export type Relation = '=' | '≠' | '<' | '>' | '≤' | '≥' | '≈' | 'other'

/** Whether a token is one of these signs. */
export const isMark = (token: Token | undefined, signs: string) => token?.type === 'mark' && signs.includes(token.value)
export const textOf = (tokens: readonly Token[]) => tokens.map(({ value }) => value).join('')

export function toRelation(token: Token | undefined): Relation | undefined {
  if (isMark(token, '=≠<>≤≥≈')) return token?.value as Relation
  return isMark(token, '≡∼⊂∈∉') ? 'other' : undefined
}

/** How much deeper brackets are behind this token. */
export function toDepthChange(token: Token): number {
  if (token.type === 'begin' || isMark(token, '([{⦃⌊⌈⟨')) return 1
  return token.type === 'end' || isMark(token, ')]}⦄⌋⌉⟩') ? -1 : 0
}

/** The stretches between separators that are not inside brackets, and the separators. */
export function split(
  tokens: readonly Token[],
  isSeparator: (token: Token) => boolean,
): { parts: Token[][]; separators: Token[] } {
  const parts: Token[][] = [[]]
  const separators: Token[] = []
  let depth = 0
  for (const token of tokens) {
    if (depth === 0 && isSeparator(token)) {
      separators.push(token)
      parts.push([])
    } else parts.at(-1)?.push(token)
    depth = Math.max(0, depth + toDepthChange(token))
  }
  return { parts, separators }
}

/** `a = b < c`: its sides and what stands between them. */
export function splitRelations(tokens: readonly Token[]): { sides: Token[][]; relations: Relation[] } {
  const { parts, separators } = split(tokens, (token) => toRelation(token) !== undefined)
  return { sides: parts, relations: separators.flatMap((token) => toRelation(token) ?? []) }
}

/** What is inside brackets that are around all of it. */
export function unwrap(tokens: readonly Token[], open: string, close: string): Token[] | undefined {
  if (!isMark(tokens[0], open) || !isMark(tokens.at(-1), close)) return undefined
  let depth = 0
  const first = tokens.findIndex((token) => (depth += toDepthChange(token)) === 0)
  return first === tokens.length - 1 ? tokens.slice(1, -1) : undefined
}
