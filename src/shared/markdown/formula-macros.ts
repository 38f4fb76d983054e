import type { MacroContext, MacroToken } from './katex-types.ts'

/** What a macro stands for: TeX with `#1`, or a function that reads its arguments itself. */
export type Macro = string | ((context: MacroContext) => string)

const toTex = (tokens: MacroToken[]) =>
  tokens
    .slice()
    .reverse()
    .map(({ text }) => (/^\\[A-Za-z]+$/.test(text) ? `${text} ` : text))
    .join('')
const readArgument = (context: MacroContext) => toTex(context.consumeArg().tokens)
function isNext(context: MacroContext, char: string): boolean {
  context.consumeSpaces()
  return context.future().text === char
}
/** The star behind a command; none of ours means anything else with it. */
function skipStar(context: MacroContext) {
  if (isNext(context, '*')) context.popToken()
}
function readOption(context: MacroContext): string {
  if (!isNext(context, '[')) return ''
  context.popToken()
  return toTex(context.consumeArg([']']).tokens)
}
const readOptional = (context: MacroContext) => (isNext(context, '{') ? readArgument(context) : undefined)
const toText = (tex: string) => `\\text{${tex.replace(/[_#&%$]/g, '\\$&')}}`

const fence =
  (left: string, right: string): Macro =>
  (context) => {
    skipStar(context)
    return `\\left${left}${readArgument(context)}\\right${right}`
  }
const bold =
  (command: string): Macro =>
  (context) => {
    skipStar(context)
    return command.replace('#', readArgument(context))
  }

/** `\dv{x}`, `\dv{y}{x}`, `\dv[2]{y}{x}` and the same with ∂. */
const derivative =
  (d: string): Macro =>
  (context) => {
    skipStar(context)
    const order = readOption(context)
    const power = order === '' ? '' : `^{${order}}`
    const first = readArgument(context)
    const second = readOptional(context)
    if (second === undefined) return `\\frac{${d}${power}}{${d}{${first}}${power}}`
    const third = readOptional(context)
    if (third === undefined) return `\\frac{${d}${power}{${first}}}{${d}{${second}}${power}}`
    return `\\frac{${d}^{2}{${first}}}{${d}{${second}}\\,${d}{${third}}}`
  }

const differential: Macro = (context) => {
  const order = readOption(context)
  const variable = readOptional(context) ?? ''
  return `\\mathrm{d}${order === '' ? '' : `^{${order}}`}{${variable}}`
}

function toNumber(source: string): string {
  const [, digits = source, exponent] = /^([^eE]*)[eE]([+-]?\d+)$/.exec(source.trim()) ?? []
  const shown = digits.replace(/\+-|\\pm\s*/g, '\\pm ').replace(/,/g, '{,}')
  if (exponent === undefined) return shown
  return `${shown === '' ? '' : `${shown}\\times `}10^{${exponent.replace('+', '')}}`
}
const toUnit = (source: string) => `\\mathrm{${source.replace(/\./g, '\\cdot ').replace(/~/g, '\\,')}}`
const quantity: Macro = (context) => {
  readOption(context)
  if (!isNext(context, '{')) return ''
  const value = readArgument(context)
  const unit = readOptional(context)
  return unit === undefined ? `\\left\\{${value}\\right\\}` : `${toNumber(value)}\\,${toUnit(unit)}`
}
const angle: Macro = (context) => {
  const [degrees = '', minutes = '', seconds = ''] = readArgument(context).split(';')
  const part = (value: string, sign: string) => (value.trim() === '' ? '' : `${value}${sign}`)
  return part(degrees, '^{\\circ}') + part(minutes, "'") + part(seconds, "''")
}

function toCircled(source: string): string {
  const number = /^\d+$/.test(source) ? Number(source) : NaN
  if (number >= 1 && number <= 20) return String.fromCodePoint(0x245f + number)
  if (/^[A-Z]$/.test(source)) return String.fromCodePoint(0x24b6 + source.charCodeAt(0) - 65)
  if (/^[a-z]$/.test(source)) return String.fromCodePoint(0x24d0 + source.charCodeAt(0) - 97)
  return `\\fbox{$${source}$}`
}
const circled: Macro = (context) => toCircled(readArgument(context).trim())

/** Signs of the Zapf Dingbats font, by their number there. */
const ding: Macro = (context) => {
  const number = Number(readArgument(context))
  if (number >= 172 && number <= 181) return String.fromCodePoint(0x2460 + number - 172)
  if (number >= 182 && number <= 191) return String.fromCodePoint(0x2776 + number - 182)
  if (number >= 192 && number <= 201) return String.fromCodePoint(0x2780 + number - 192)
  return Number.isInteger(number) && number > 32 && number < 127 ? String.fromCodePoint(0x2700 + number - 32) : ''
}

const unicode: Macro = (context) => {
  readOption(context)
  const source = readArgument(context).trim()
  const code = Number(source.replace(/^(?:U\+|x|")/i, '0x'))
  return code > 0xa0 && code <= 0x10ffff ? `\\text{${String.fromCodePoint(code)}}` : ''
}

const enclose: Macro = (context) => {
  const notation = readArgument(context)
  readOption(context)
  const inside = readArgument(context)
  if (/circle/.test(notation)) return toCircled(inside.trim())
  if (/updiagonal/.test(notation)) return `\\cancel{${inside}}`
  if (/downdiagonal/.test(notation)) return `\\bcancel{${inside}}`
  if (/horizontalstrike/.test(notation)) return `\\sout{${inside}}`
  if (/longdiv/.test(notation)) return `\\overline{)\\,${inside}}`
  if (/^(?:top|actuarial)$/.test(notation)) return `\\overline{${inside}}`
  return notation === 'bottom' ? `\\underline{${inside}}` : `\\boxed{${inside}}`
}
const box: Macro = (context) => {
  const isFramed = /border/.test(readOption(context))
  return `${isFramed ? '\\boxed' : ''}{${readArgument(context)}}`
}

const declareOperator: Macro = (context) => {
  const star = isNext(context, '*') ? '*' : ''
  skipStar(context)
  return `\\newcommand{${readArgument(context)}}{\\operatorname${star}{${readArgument(context)}}}`
}
const multiColumn: Macro = (context) => {
  const columns = Math.min(Number(readArgument(context)) || 1, 50)
  readArgument(context)
  return `{${readArgument(context)}}${'&'.repeat(columns - 1)}`
}
const multiRow: Macro = (context) => {
  readArgument(context)
  readArgument(context)
  return `{${readArgument(context)}}`
}
const buildRelation: Macro = (context) => {
  const above = toTex(context.consumeArg(['\\over']).tokens)
  return `\\overset{${above}}{${readArgument(context)}}`
}
const reference =
  (left: string, right: string): Macro =>
  (context) =>
    `${left}${toText(readArgument(context))}${right}`

const nothing = (names: string) => Object.fromEntries(names.split(' ').map((name) => [name, '']))
/** Swallows its argument. */
const gobble = '\\@firstoftwo{}{#1}'
const alias = (pairs: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(pairs).flatMap(([names, meaning]) => names.split(' ').map((name) => [name, meaning])),
  )
const operators = (names: string) =>
  Object.fromEntries(names.split(' ').map((name) => [`\\${name}`, `\\operatorname{${name}}`]))
const greek =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega'
const upright = Object.fromEntries(greek.split(' ').map((name) => [`\\up${name}`, `\\${name}`]))

const units =
  'meter m, metre m, second s, gram g, kilogram kg, newton N, joule J, watt W, pascal Pa, hertz Hz, volt V, ampere A, coulomb C, kelvin K, mole mol, liter L, litre L, hour h, tesla T, farad F, weber Wb, henry H, candela cd, electronvolt eV, kilo k, hecto h, deci d, centi c, milli m, nano n, pico p, mega M, giga G, tera T'
const unitMacros = Object.fromEntries(
  units.split(', ').map((unit) => {
    const [name, sign] = unit.split(' ')
    return [`\\${name}`, `\\mathrm{${sign}}`]
  }),
)

/** Commands of LaTeX packages, MathJax and plain TeX that models write and KaTeX lacks. */
export const formulaMacros: Record<string, Macro> = {
  ...nothing(
    '\\noindent \\xspace \\protect \\break \\linebreak \\pagebreak \\smallskip \\medskip \\bigskip \\centering \\raggedright \\mit \\displaybreak \\null',
  ),
  ...alias({
    '\\label \\require \\vspace \\cline \\cmidrule \\leftroot \\uproot \\phantomsection': gobble,
    '\\definecolor': '\\@firstoftwo{}{#1#2#3}',
    '\\class \\cssId \\style': '\\@secondoftwo{#1}{#2}',
    '\\ensuremath \\smashoperator \\vbox': '{#1}',
    '\\mbox \\textsc \\mathmbox': '\\text{#1}',
    '\\textsl': '\\textit{#1}',
    '\\framebox \\frame': '\\boxed{#1}',
    '\\uline': '\\underline{#1}',
    '\\overparen \\wideparen \\overarc \\widearc \\arc': '\\overgroup{#1}',
    '\\underparen': '\\undergroup{#1}',
    '\\vv': '\\overrightarrow{#1}',
    '\\vect': '\\vec{#1}',
    '\\mathds \\mathbbm \\varmathbb': '\\mathbb{#1}',
    '\\symbf': '\\mathbf{#1}',
    '\\symup \\mathup': '\\mathrm{#1}',
    '\\scr': '\\mathscr{#1}',
    '\\mathcolor': '\\textcolor{#1}{#2}',
    '\\nicefrac \\sfrac \\flatfrac \\xfrac': '{}^{#1}\\!/\\!{}_{#2}',
    '\\prescript': '{\\vphantom{#3}}^{#1}_{#2}#3',
    '\\sideset': '\\mathop{\\vphantom{#3}#1#3\\nolimits#2}',
    '\\underaccent': '\\underset{#1}{#2}',
    '\\overunderset': '\\overset{#1}{\\underset{#2}{#3}}',
    '\\underoverset': '\\underset{#1}{\\overset{#2}{#3}}',
    '\\xlongrightarrow': '\\xrightarrow{\\;#1\\;}',
    '\\xlongleftarrow': '\\xleftarrow{\\;#1\\;}',
    '\\cancelto': '\\cancel{#2}^{#1}',
    '\\longdiv': '\\overline{)\\,#1}',
    '\\matrix': '\\begin{matrix}#1\\end{matrix}',
    '\\pmatrix': '\\begin{pmatrix}#1\\end{pmatrix}',
    '\\cases': '\\begin{cases}#1\\end{cases}',
    '\\eqalign': '\\begin{aligned}#1\\end{aligned}',
    '\\displaylines': '\\begin{gathered}#1\\end{gathered}',
    '\\intertext \\shortintertext': '\\text{#1}\\\\',
    '\\footnote': '\\;\\text{(#1)}',
    '\\cite': '\\text{[#1]}',
    '\\hdotsfor': '\\ldots',
    '\\toprule \\midrule \\bottomrule': '\\hline',
    '\\hfill \\hfil \\par': '\\quad ',
    '\\strut': '\\mathstrut ',
    '\\iiiint': '\\mathop{\\iint\\!\\!\\iint}\\nolimits ',
    '\\idotsint': '\\mathop{\\int\\!\\cdots\\!\\int}\\nolimits ',
    '\\ointctrclockwise \\varointclockwise': '\\oint ',
    '\\iddots \\adots \\udots': '⋰',
    '\\hdots': '\\ldots ',
    '\\bigtimes': '\\mathop{\\Large\\times}',
    '\\celsius \\degreeCelsius \\degC': '{}^{\\circ}\\mathrm{C}',
    '\\fahrenheit \\degreeFahrenheit': '{}^{\\circ}\\mathrm{F}',
    '\\arcmin \\arcminute': "'",
    '\\arcdeg': '^{\\circ}',
    '\\perthousand \\permil': '\\text{‰}',
    '\\percent': '\\%',
    '\\ohm': '\\Omega ',
    '\\micro \\textmu \\muup': '\\text{µ}',
    '\\angstrom': '\\text{Å}',
    '\\euro \\texteuro': '\\text{€}',
    '\\cent \\textcent': '\\text{¢}',
    '\\parallelogram': '\\text{▱}',
    '\\pentagon': '\\text{⬠}',
    '\\hexagon \\varhexagon': '\\text{⬡}',
    '\\diameter': '\\text{⌀}',
    '\\Square \\qed \\qedsymbol': '\\square ',
    '\\cmark': '\\checkmark ',
    '\\xmark': '\\text{✗}',
    '\\measeq': '\\overset{m}{=}',
    '\\lbag': '⟅',
    '\\rbag': '⟆',
    '\\llparenthesis': '⦇',
    '\\rrparenthesis': '⦈',
    '\\textonehalf': '\\tfrac12 ',
    '\\Q': '\\mathbb{Q}',
    '\\C': '\\mathbb{C}',
    '\\F': '\\mathbb{F}',
    '\\grad \\gradient': '\\nabla ',
    '\\curl': '\\nabla\\times ',
    '\\divergence': '\\nabla\\cdot ',
    '\\laplacian': '\\nabla^{2}',
    '\\comm \\commutator': '\\left[#1,#2\\right]',
    '\\acomm': '\\left\\{#1,#2\\right\\}',
    '\\mel \\matrixel': '\\left\\langle #1\\middle|#2\\middle|#3\\right\\rangle',
    '\\qq': '\\quad\\text{#1}\\quad ',
    '\\per': '/',
    '\\squared': '^{2}',
    '\\cubed': '^{3}',
  }),
  ...operators(
    'arcsec arccot arccsc sech csch arsinh arcosh artanh arcoth sgn lcm rank rk tr Tr diag Res Arg adj erf Var Cov Ker',
  ),
  ...upright,
  ...unitMacros,
  '\\SI': quantity,
  '\\qty': quantity,
  '\\si': (context) => (readOption(context), toUnit(readArgument(context))),
  '\\unit': (context) => (readOption(context), toUnit(readArgument(context))),
  '\\num': (context) => (readOption(context), toNumber(readArgument(context))),
  '\\ang': angle,
  '\\abs': fence('|', '|'),
  '\\norm': fence('\\|', '\\|'),
  '\\order': (context) => `\\mathcal{O}\\left(${readArgument(context)}\\right)`,
  '\\ev': fence('\\langle ', '\\rangle '),
  '\\expval': fence('\\langle ', '\\rangle '),
  '\\eval': fence('.', '|'),
  '\\vb': bold('\\mathbf{#}'),
  '\\va': bold('\\vec{\\mathbf{#}}'),
  '\\vu': bold('\\hat{\\mathbf{#}}'),
  '\\dd': differential,
  '\\dv': derivative('\\mathrm{d}'),
  '\\derivative': derivative('\\mathrm{d}'),
  '\\pdv': derivative('\\partial '),
  '\\circled': circled,
  '\\Circled': circled,
  '\\ding': ding,
  '\\unicode': unicode,
  '\\enclose': enclose,
  '\\bbox': box,
  '\\DeclareMathOperator': declareOperator,
  '\\multicolumn': multiColumn,
  '\\multirow': multiRow,
  '\\buildrel': buildRelation,
  '\\ref': reference('', ''),
  '\\eqref': reference('(', ')'),
}
