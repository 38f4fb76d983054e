/** What KaTeX hands to a macro that reads its arguments itself. It documents none of it. */
export type MacroToken = { text: string }
export type MacroContext = {
  future: () => MacroToken
  popToken: () => MacroToken
  consumeSpaces: () => void
  /** The next argument, its tokens last first; up to `delimiters` where they are given. */
  consumeArg: (delimiters?: string[]) => { tokens: MacroToken[] }
}
