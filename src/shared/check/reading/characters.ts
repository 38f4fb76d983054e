const plainCharacters = new Map<string, string>()
const pairUp = (from: string, to: string) =>
  [...from].forEach((char, at) => plainCharacters.set(char, [...to][at] ?? to))
pairUp('−–—﹣‐‑‒', '-')
pairUp('×✕✖', '×')
pairUp('∗⋅·•・∙', '*')
pairUp('÷∕⁄', '÷//')
pairUp('，、；：？！．。', ',,;:?!..')
pairUp('【】〔〕', '[][]')
pairUp('≦⩽≧⩾≒≃', '≤≤≥≥≈≈')
pairUp('′‵’ʹ', "'")
pairUp('∣｜│', '|')
pairUp('⟹⇔⟺⇐', '⇒')
pairUp('µϕϵϑ⌀', 'μφεθ∅')
pairUp('\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\ufeff\u200b', ' ')
// Full width letters, digits and signs.
for (let code = 0xff01; code <= 0xff5e; code += 1) {
  const from = String.fromCharCode(code)
  if (!plainCharacters.has(from)) plainCharacters.set(from, String.fromCharCode(code - 0xfee0))
}

/** Styled letters and digits are two units long; a blank keeps the length. */
const styled = /[\u{1d400}-\u{1d7ff}]/gu

/** The same text in plain characters, as long as it was, so that places in it stay. */
export function toPlainCharacters(text: string): string {
  let result = ''
  let copied = 0
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) < 0x80) continue
    const plain = plainCharacters.get(text[at] ?? '')
    if (plain === undefined) continue
    result += text.slice(copied, at) + plain
    copied = at + 1
  }
  const whole = result + text.slice(copied)
  return whole.replace(styled, (char) => `${char.normalize('NFKC')} `.slice(0, 2))
}

const toPairs = (table: string) =>
  new Map(
    table
      .trim()
      .split(/\s+/)
      .map((entry) => [entry.slice(0, entry.search(/[^A-Za-z]/)), entry.slice(entry.search(/[^A-Za-z]/))] as const),
  )

/** Commands that stand for one sign or letter. A brace that is seen is written as `⦃` or `⦄`. */
export const commandSymbols = toPairs(`
times× cdot* ast* bullet* div÷ pm± mp∓ colon: le≤ leq≤ leqslant≤ leqq≤ ge≥ geq≥ geqslant≥ geqq≥ ne≠ neq≠ lt< gt>
approx≈ thickapprox≈ approxeq≈ doteq≈ simeq≈ equiv≡ sim∼ cong∼ propto∼ in∈ notin∉ subset⊂ subseteq⊂ supset⊂ supseteq⊂ ni⊂
to→ rightarrow→ longrightarrow→ mapsto→ xrightarrow→ Rightarrow⇒ implies⇒ Longrightarrow⇒ iff⇒ Leftrightarrow⇒
Longleftrightarrow⇒ leftrightarrow⇒ therefore⇒ because⇒ cup∪ bigcup∪ cap∩ bigcap∩ setminus∖ backslash∖ emptyset∅ varnothing∅
infty∞ mid| vert| lvert| rvert| Vert‖ lVert‖ rVert‖ lbrace⦃ rbrace⦄ lbrack[ rbrack] lfloor⌊ rfloor⌋ lceil⌈ rceil⌉ langle⟨
rangle⟩ circ° degree° prime' ldots… dots… cdots… dotsc… dotsb… vdots… ddots… alphaα betaβ gammaγ deltaδ epsilonε varepsilonε
zetaζ etaη thetaθ varthetaθ iotaι kappaκ lambdaλ muμ nuν xiξ piπ rhoρ varrhoρ sigmaσ tauτ upsilonυ phiφ varphiφ chiχ psiψ
omegaω GammaΓ DeltaΔ ThetaΘ LambdaΛ XiΞ PiΠ SigmaΣ PhiΦ PsiΨ OmegaΩ ellℓ euro€ pounds£ yen¥ partial∂ forall∀ exists∃ land∧
wedge∧ lor∨ vee∨ checkmark✓ triangle△ angle∠ int∫ sum∑ prod∏
`)
for (const [name, sign] of ['{⦃', '}⦄', '%%', '$$', '|‖', '#＃', '&＆', '_＿'].map(
  (pair) => [pair[0] ?? '', pair[1] ?? ''] as const,
)) {
  commandSymbols.set(name, sign)
}

/** Commands without a meaning of their own, alone or with their argument. */
export const droppedCommands = new Map<string, 'alone' | 'argument'>(
  [',', ';', ':', '!', ' ', '>', '/'].map((name) => [name, 'alone']),
)
for (const name of `displaystyle textstyle scriptstyle limits nolimits nonumber notag hline hfill big Big bigg Bigg bigl bigr Bigl Bigr
  biggl biggr Biggl Biggr bigm thinspace allowbreak large Large small centering newline enspace mathstrut strut relax rm bf it`.split(
  /\s+/,
)) {
  droppedCommands.set(name, 'alone')
}
for (const name of 'tag label phantom hphantom vphantom hspace vspace color textcolor colorbox require'.split(' ')) {
  droppedCommands.set(name, 'argument')
}

/** Commands whose argument is words. */
export const textCommands = new Set(
  'text mathrm textrm mbox textbf textit texttt textsf mathsf mathtt operatorname textnormal mathit hbox'.split(' '),
)

/** Names that are functions also where they are written without a backslash. */
export const functionNames = new Set(
  `sin cos tan cot sec csc tg ctg cosec sinh cosh tanh coth arcsin arccos arctan arccot arcsec arccsc arctg arcsinh arccosh
  arctanh asin acos atan ln log lg lb exp sqrt cbrt abs max min gcd lcm det floor ceil`.split(/\s+/),
)

/** Words that stand for one letter or sign in plain text. */
export const plainNames = new Map(
  ['piπ', 'infinity∞', 'infty∞', 'thetaθ', 'alphaα', 'betaβ', 'degrees°', 'degree°'].map((pair) => [
    pair.slice(0, -1),
    pair.slice(-1),
  ]),
)
