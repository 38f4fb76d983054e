const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u

/**
 * A file's name as it may stand in a sentence: without marks that turn round what follows it (`exe.gpj` for `jpg.exe`),
 * and where its letters run to the left, set apart from the words around it.
 */
export function toShownName(name: string): string {
  const plain = name.replace(/[\p{Cc}\p{Cf}]/gu, '')
  return rightToLeft.test(plain) ? `\u2068${plain}\u2069` : plain
}
