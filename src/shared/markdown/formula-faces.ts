/** The faces nearly every formula needs, as CSS names them and as KaTeX's files are called. */
export const formulaFaces = [
  { font: '1em KaTeX_Main', file: 'KaTeX_Main-Regular' },
  { font: 'italic 1em KaTeX_Math', file: 'KaTeX_Math-Italic' },
  { font: '1em KaTeX_Size1', file: 'KaTeX_Size1-Regular' },
  { font: '1em KaTeX_Size2', file: 'KaTeX_Size2-Regular' },
]
