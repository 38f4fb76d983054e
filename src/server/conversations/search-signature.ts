/** Bits for each gram, and marks set for each: some 8 % of grams that are not there seem to be. */
const bitsPerGram = 6
const cjkFrom = 0x2e80
const sliceChars = 8_000

/** Letters of any width and case alike. */
export const normaliseForSearch = (text: string) => text.normalize('NFKC').toLowerCase()

const mix = (hash: number, unit: number) => Math.imul(hash ^ unit, 0x01000193) >>> 0
const isSpace = (unit: number) => unit === 32 || (unit >= 9 && unit <= 13) || unit === 0xa0 || unit === 0x3000
const isWestern = (unit: number) => unit < cjkFrom

function addGrams(grams: Set<number>, folded: string, from: number, to: number) {
  for (let at = from; at < to; at += 1) {
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
}

/**
 * The hashes of what a folded text has side by side: each character, each two, and of western letters each three.
 * Nothing reaches over a space.
 */
export function toGrams(folded: string): Set<number> {
  const grams = new Set<number>()
  addGrams(grams, folded, 0, folded.length)
  return grams
}

const marksOf = (gram: number, bits: number) =>
  [gram % bits, Math.imul(gram ^ (gram >>> 15), 0x2c1b3c6d) >>> 0].map((mark) => mark % bits)

/** A Bloom filter of a text's grams in base64: it says for sure what is not in the text. `pause` lets others go first. */
export async function toSignature(folded: string, pause: () => Promise<void>): Promise<string> {
  const grams = new Set<number>()
  for (let at = 0; at < folded.length; at += sliceChars) {
    addGrams(grams, folded, at, Math.min(at + sliceChars, folded.length))
    await pause()
  }
  const bytes = new Uint8Array(Math.max(8, Math.ceil((grams.size * bitsPerGram) / 8)))
  for (const gram of grams) {
    for (const mark of marksOf(gram, bytes.length * 8)) bytes[mark >> 3] = (bytes[mark >> 3] ?? 0) | (1 << (mark & 7))
  }
  return Buffer.from(bytes).toString('base64')
}

/** What each character of base64 stands for, by its code. */
const sextets = new Uint8Array(128)
for (const [value, char] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  sextets[char.charCodeAt(0)] = value
}

/** One byte of what the base64 stands for; the rest of it is not decoded. */
function byteAt(base64: string, index: number): number {
  const at = Math.floor((index * 4) / 3)
  const [first = 0, second = 0] = [sextets[base64.charCodeAt(at)], sextets[base64.charCodeAt(at + 1)]]
  const shift = 2 * ((index % 3) + 1)
  return ((first << shift) | (second >> (6 - shift))) & 0xff
}

/** Whether a text of this signature can hold all of these grams. */
export function mightContain(signature: string, grams: Iterable<number>): boolean {
  const padding = signature.endsWith('==') ? 2 : signature.endsWith('=') ? 1 : 0
  const bits = ((signature.length * 3) / 4 - padding) * 8
  for (const gram of grams) {
    for (const mark of marksOf(gram, bits)) {
      if ((byteAt(signature, mark >> 3) & (1 << (mark & 7))) === 0) return false
    }
  }
  return true
}
