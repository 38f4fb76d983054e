import { isMark, toDepthChange, toRelation, type Relation } from './split-tokens.ts'
import type { Token } from './tokenise.ts'

/** `a = b = c`: sides with what stands between them. One side without a relation is a bare expression. */
export type Chain = { sides: Token[][]; relations: Relation[]; tokens: Token[]; begin: 'line' | 'separator' }

/** Environments that only arrange lines. */
const arranging =
  /^(?:align|aligned|alignat|alignedat|gather|gathered|split|multline|equation|eqnarray|cases|dcases|rcases|flalign)$/
const conjunctions =
  /^(?:and|or|so|then|thus|hence|therefore|since|because|if|where|when|for|with|let|get|have|which|that|but|i\.e\.|也就是|或者?|且|和|与|所以|因此|因为|则|得|即|故|于是|从而|解得|可得|其中|若|当|时|有|及|以及|又|由|设|化简得|整理得)\b/i
const startsStatement = (token: Token) =>
  token.type === 'text' &&
  (conjunctions.test(token.value) ||
    /^(?:或|且|和|所以|因此|则|得|即|故|解得)/.test(token.value) ||
    token.value.trim().split(/\s+/).length > 4)
const isSeparator = (token: Token) => isMark(token, ',;⇒→␣.✓✔✗') || token.value === '\\\\'

/** Leaves out environments that only arrange, with the signs that align their rows. */
function withoutArrangement(tokens: readonly Token[]): Token[] {
  const kept: Token[] = []
  const open: boolean[] = []
  for (const token of tokens) {
    const isArranging = arranging.test(token.value)
    if (token.type === 'begin') {
      open.push(isArranging)
      if (isArranging) continue
    }
    if (token.type === 'end' && open.pop() === true) continue
    const isInMatrix = open.includes(false)
    if (isMark(token, '&') && !isInMatrix) continue
    kept.push(token)
  }
  return kept
}

/** The statements of a formula. A row that begins with a relation goes on with the chain before it. */
export function toChains(tokens: readonly Token[]): Chain[] {
  const chains: Chain[] = []
  let chain: Chain = { sides: [[]], relations: [], tokens: [], begin: 'line' }
  let depth = 0
  const finish = (begin: Chain['begin']) => {
    const isEmpty = chain.relations.length === 0 && chain.sides[0]?.length === 0
    if (!isEmpty) chains.push(chain)
    chain = { sides: [[]], relations: [], tokens: [], begin }
  }
  for (const token of withoutArrangement(tokens)) {
    const relation = depth === 0 ? toRelation(token) : undefined
    if (depth === 0 && (isSeparator(token) || startsStatement(token))) {
      finish(token.value === '\\\\' ? 'line' : 'separator')
      continue
    }
    if (relation) {
      const isEmpty = chain.relations.length === 0 && chain.sides[0]?.length === 0
      const before = chains.at(-1)
      if (isEmpty && chain.begin === 'line' && before) {
        chains.pop()
        chain = before
      }
      chain.tokens.push(token)
      chain.relations.push(relation)
      chain.sides.push([])
      continue
    }
    depth = Math.max(0, depth + toDepthChange(token))
    chain.tokens.push(token)
    chain.sides.at(-1)?.push(token)
  }
  finish('line')
  return chains
}
