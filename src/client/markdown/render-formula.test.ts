// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { renderFormula } from './render-formula.ts'

const nest = (command: string, times: number) => `${command}{`.repeat(times) + 'x' + '}'.repeat(times)

test('a formula that nests deeper than a page can be laid out is not drawn, one as people nest is', () => {
  for (const command of ['\\overline', '\\sqrt', '\\frac{1}', '\\boxed', '\\hat']) {
    expect(renderFormula(nest(command, 8), true), command).toBeDefined()
    expect(renderFormula(nest(command, 200), true), command).toBeUndefined()
  }
})
