import type { ElementContent } from 'hast'
import bash from 'highlight.js/lib/languages/bash'
import c from 'highlight.js/lib/languages/c'
import cpp from 'highlight.js/lib/languages/cpp'
import css from 'highlight.js/lib/languages/css'
import java from 'highlight.js/lib/languages/java'
import javascript from 'highlight.js/lib/languages/javascript'
import json from 'highlight.js/lib/languages/json'
import latex from 'highlight.js/lib/languages/latex'
import matlab from 'highlight.js/lib/languages/matlab'
import python from 'highlight.js/lib/languages/python'
import r from 'highlight.js/lib/languages/r'
import sql from 'highlight.js/lib/languages/sql'
import typescript from 'highlight.js/lib/languages/typescript'
import xml from 'highlight.js/lib/languages/xml'
import { createLowlight } from 'lowlight'

const lowlight = createLowlight({
  bash,
  c,
  cpp,
  css,
  java,
  javascript,
  json,
  latex,
  matlab,
  python,
  r,
  sql,
  typescript,
  xml,
})
/** Beyond this colouring would be felt. */
const maxChars = 20_000

/** The code in coloured pieces, or `undefined` where the language is not known. */
export function highlight(code: string, language: string): ElementContent[] | undefined {
  if (code.length > maxChars || !lowlight.registered(language)) return undefined
  return lowlight.highlight(language, code).children as ElementContent[]
}
