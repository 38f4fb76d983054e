/** A question that begins with a quotation, taken apart. */
export function splitQuote(question: string): { quote: string; rest: string } {
  const lines = question.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('>'))
  const quoted = end === -1 ? lines : lines.slice(0, end)
  const rest = end === -1 ? '' : lines.slice(end).join('\n').trim()
  // A quotation alone may be meant as it is written.
  if (rest === '') return { quote: '', rest: question }
  return { quote: quoted.map((line) => line.replace(/^> ?/, '')).join('\n'), rest }
}

export const toQuotation = (text: string) =>
  text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')
