import { type Expression } from '../algebra/expression.ts'
import { toRational } from '../algebra/rational.ts'

const vulgar = new Map([...'½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞'].map((sign) => [sign, sign.normalize('NFKD').split('⁄')] as const))
const maxDigits = 400

/** A number as it is written: with groups of digits, a decimal point, repeating digits, or as one sign. */
export function parseNumber(written: string): Expression | undefined {
  const parts = vulgar.get(written)
  if (parts) return toNumber(BigInt(parts[0] ?? 0), BigInt(parts[1] ?? 1))
  const repeating = /^(\d*)\.(\d*)(\\(?:overline|bar|dot).*)$/.exec(written)
  if (repeating) {
    const [, whole = '', fixed = '', rest = ''] = repeating
    const cycle = rest.replace(/\D/g, '')
    const nines = 10n ** BigInt(cycle.length) - 1n
    const shift = 10n ** BigInt(fixed.length)
    return toNumber(BigInt(`${whole}${fixed}` || 0) * nines + BigInt(cycle), shift * nines)
  }
  const plain = written
    .replace('{.}', '.')
    .replace(/\{,\}(?=\d{1,2}$|\d{4,}$)/, '.')
    .replace(/[^\d.]/g, '')
  if (plain.length > maxDigits || plain === '' || plain === '.') return undefined
  const [whole = '', decimals] = plain.split('.')
  const top = BigInt(`${whole}${decimals ?? ''}` || 0)
  return toNumber(top, 10n ** BigInt(decimals?.length ?? 0), decimals?.length)
}

function toNumber(top: bigint, bottom: bigint, places?: number): Expression | undefined {
  const value = toRational(top, bottom)
  return value && { kind: 'number', value, ...(places !== undefined && { places }) }
}
