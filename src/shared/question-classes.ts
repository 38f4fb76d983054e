/** A question this long is read, not glanced at. */
const longChars = 240

/** The classes of a question's type, the same where the server makes the page. */
export function questionClasses(question: string, isFirst: boolean): string {
  if (question.length > longChars) return 'wrap-anywhere text-lg'
  return `wrap-anywhere font-serif font-semibold ${isFirst ? 'text-2xl sm:text-3xl' : 'text-xl sm:text-2xl'}`
}
