/** Characters that control a terminal or nothing at all; tabs and line ends are writing. */
const controls = /(?![\t\n])\p{Cc}/gu
/** Nothing of it shows: blanks, marks of direction and joining, fillers, the blank of Braille. */
const invisible = /^[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u

/** What a person wrote, without control characters and the blanks around it; empty where nothing of it can be seen. */
export function cleanQuestion(text: string): string {
  const clean = text.replace(/\r\n?/g, '\n').replace(controls, '')
  return invisible.test(clean) ? '' : clean.trim()
}
