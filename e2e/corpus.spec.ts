import { readdirSync, readFileSync } from 'node:fs'
import type { Page } from 'playwright/test'
import { expect, test } from './support/app.ts'

const folder = new URL('../src/client/markdown/corpus/', import.meta.url)
const maxChars = 18_000

/** The corpus as answers as long as a question may be that has them echoed. */
function readAnswers() {
  const snippets = readdirSync(folder)
    .sort()
    .flatMap((file) => readFileSync(new URL(file, folder), 'utf8').split(/^=== /m).slice(1))
    .map((part) => {
      const [count = '', ...lines] = part.trimEnd().split('\n')
      return { formulas: Number(count), text: lines.filter((line) => !line.startsWith('keep: ')).join('\n') }
    })
  const answers = [{ formulas: 0, text: '' }]
  for (const { formulas, text } of snippets) {
    const last = answers.at(-1)
    if (!last || last.text.length + text.length > maxChars) answers.push({ formulas, text })
    else {
      last.formulas += formulas
      last.text += `\n\n---\n\n${text}`
    }
  }
  return answers
}

const ask = (page: Page, question: string) =>
  page.evaluate(async (text) => {
    const body = JSON.stringify({ question: text })
    const response = await fetch('/api/runs', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
    return ((await response.json()) as { id: string }).id
  }, question)

// Under the real policy and from the real bundle: there other builds of packages are used than in Node.
test('every formula of the corpus is drawn in the page', async ({ page, app }) => {
  test.setTimeout(90_000)
  await page.goto(app.url)
  const answers = readAnswers()
  const ids = await Promise.all(answers.map(({ text }) => ask(page, `[[echo]]${text}`)))
  const shown = page.getByRole('region', { name: 'Answer' })
  // As before printing, formulas far from view are drawn too.
  const countDrawn = () =>
    shown.evaluate((region) => {
      dispatchEvent(new Event('beforeprint'))
      return region.querySelectorAll('[data-looks="drawn"]').length
    })
  for (const [index, { formulas }] of answers.entries()) {
    await page.goto(`${app.url}/r/${ids[index]}`)
    await expect(page.getByRole('button', { name: 'Copy answer' })).toBeVisible()
    await expect.poll(countDrawn).toBe(formulas)
    await expect(shown.locator('[data-tex]')).toHaveCount(formulas)
  }
})
