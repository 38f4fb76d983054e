/** Bits for each gram, and marks set for each: some 8 % of grams that are not there seem to be. */
const bitsPerGram = 6
const cjkFrom = 0x2e80

/** Letters of any width and case alike. */
export const normaliseForSearch = (text: string) => text.normalize('NFKC').toLowerCase()

const mix = (hash: number, unit: number) => Math.imul(hash ^ unit, 0x01000193) >>> 0
const isSpace = (unit: number) => unit === 32 || (unit >= 9 && unit <= 13) || unit === 0xa0 || unit === 0x3000
const isWestern = (unit: number) => unit < cjkFrom

/**
 * The hashes of what a folded text has side by side: each character, each two, and of western letters each three.
 * Nothing reaches over a space.
 */
export function toGrams(folded: string): Set<number> {
  const grams = new Set<number>()
  for (let at = 0; at < folded.length; at += 1) {
    const first = folded.charCodeAt(at)
    if (isSpace(first)) continue
    const one = mix(0x811c9dc5, first)
    grams.add(one)
    const second = folded.charCodeAt(at + 1)
    if (Number.isNaN(second) || isSpace(second)) continue
    const two = mix(one, second)
    grams.add(two)
    const third = folded.charCodeAt(at + 2)
    if (isWestern(first) && isWestern(second) && isWestern(third) && !isSpace(third)) grams.add(mix(two, third))
  }
  return grams
}

const marksOf = (gram: number, bits: number) =>
  [gram % bits, Math.imul(gram ^ (gram >>> 15), 0x2c1b3c6d) >>> 0].map((mark) => mark % bits)

/** A Bloom filter of a text's grams in base64: it says for sure what is not in the text. */
export function toSignature(folded: string): string {
  const grams = toGrams(folded)
  const bytes = new Uint8Array(Math.max(8, Math.ceil((grams.size * bitsPerGram) / 8)))
  for (const gram of grams) {
    for (const mark of marksOf(gram, bytes.length * 8)) bytes[mark >> 3] = (bytes[mark >> 3] ?? 0) | (1 << (mark & 7))
  }
  return Buffer.from(bytes).toString('base64')
}

/** Whether a text of this signature can hold all of these grams. */
export function mightContain(signature: string, grams: Iterable<number>): boolean {
  const bytes = Buffer.from(signature, 'base64')
  for (const gram of grams) {
    for (const mark of marksOf(gram, bytes.length * 8)) {
      if (((bytes[mark >> 3] ?? 0) & (1 << (mark & 7))) === 0) return false
    }
  }
  return true
}
