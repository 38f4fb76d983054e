import { findLabels, type Definitions } from '../../shared/markdown/definitions.ts'
import type { Block, Group } from '../../shared/markdown/split-blocks.ts'

/** Looked for once in each block, and only where a definition comes after it. */
const labelsOf = new WeakMap<Block, ReadonlySet<string>>()
const given = new WeakMap<Block | Group, Definitions>()

function isNamed(block: Block, labels: readonly string[]): boolean {
  const known = labelsOf.get(block) ?? findLabels(block.text)
  labelsOf.set(block, known)
  return labels.some((label) => known.has(label))
}

/**
 * The definitions that `part` of a growing text was drawn with before, as long as its blocks name none that came since:
 * one that comes draws those anew that name it and no others.
 */
export function toNamed(part: Block | Group, blocks: readonly Block[], definitions: Definitions): Definitions {
  const before = given.get(part)
  if (before === definitions) return before
  const added = definitions.labels.slice(before?.count ?? 0, definitions.count)
  if (before && !blocks.some((block) => isNamed(block, added))) return before
  given.set(part, definitions)
  return definitions
}
