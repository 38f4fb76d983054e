import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright/test'
import { expect, test } from './support/app.ts'

/** Has the model answer with this text, and waits for its end. */
async function showAnswer(page: Page, url: string, text: string) {
  await page.goto(url)
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill(`[[echo]]${text}`)
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Copy answer' })).toBeVisible({ timeout: 20_000 })
  return page.getByRole('region', { name: 'Answer' })
}

const answer = String.raw`First $\vec{v}$ and then

\[ A = \begin{pmatrix} 1 \\ 2 \\ 3 \\ 4 \\ 5 \end{pmatrix} \]

so \(x = 5\), as **told**.

| a | b |
| --- | --- |
| $p$ | 2 |

~~~python
print("$5")
~~~

\ce{2H2 + O2 -> 2H2O} is text, $\ce{2H2 + O2 -> 2H2O}$ is chemistry.

$$\boxed{x = 5}$$`

test('formulas are drawn under the strict policy, each with its MathML once', async ({ page, app }) => {
  const refused: string[] = []
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedHTML|TrustedScript/.test(message.text())) refused.push(message.text())
  })
  const shown = await showAnswer(page, app.url, answer)
  await expect(shown.locator('[data-tex] .katex-html')).toHaveCount(6)
  await expect(shown.locator('[data-tex] math')).toHaveCount(6)
  await expect(shown.locator('[data-looks="bad"]')).toHaveCount(0)
  await expect(shown.locator('.hljs-string')).toHaveText('"$5"')
  const height = await shown
    .locator('[data-display]')
    .first()
    .evaluate((formula) => formula.getBoundingClientRect().height)
  expect(height).toBeGreaterThan(100)
  expect(refused).toEqual([])
})

test('at no width does a line begin with the comma behind a formula or end with the bracket before it', async ({
  page,
  app,
}) => {
  const words = String.raw`已知（$\angle D=30^\circ$），$AB=12$，求（$OC$）、$CD$。So $x=5$, and ($y=6$); long: $a_1+a_2+a_3+a_4+a_5+a_6+a_7+a_8=b_1+b_2+b_3+b_4$, done.`
  const shown = await showAnswer(page, app.url, words)
  await expect(shown.locator('[data-looks="drawn"]')).toHaveCount(7)
  const { parted, wraps } = await shown.locator('.md p').evaluate((paragraph: HTMLElement) => {
    const boxOf = (text: Text, at: number) => {
      const range = document.createRange()
      range.setStart(text, at)
      range.setEnd(text, at + 1)
      return range.getBoundingClientRect()
    }
    const texts: Text[] = []
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT, (node) =>
      node.parentElement?.closest('[data-tex]') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
    )
    while (walker.nextNode()) texts.push(walker.currentNode as Text)
    const found: string[] = []
    let mostLines = 0
    for (let width = 180; width < 700; width += 7) {
      paragraph.style.width = `${width}px`
      const { left } = paragraph.getBoundingClientRect()
      for (const text of texts) {
        for (const [at, char] of Array.from(text.data).entries()) {
          if ('，、。,;）)'.includes(char) && boxOf(text, at).left - left < 2)
            found.push(`${width}: ${char} begins a line`)
        }
      }
      for (const formula of paragraph.querySelectorAll<HTMLElement>('[data-tex]')) {
        const bases = Array.from(formula.querySelectorAll('.katex-base'), (base) => base.getBoundingClientRect())
        mostLines = Math.max(mostLines, new Set(bases.map(({ bottom }) => Math.round(bottom / 12))).size)
        const before = formula.previousSibling
        if (!(before instanceof Text) || !/[（(]$/.test(before.data)) continue
        const bracket = boxOf(before, before.length - 1)
        if ((bases[0]?.left ?? 0) < bracket.left) found.push(`${width}: ${before.data} ends a line`)
      }
    }
    return { parted: found, wraps: mostLines }
  })
  expect(parted).toEqual([])
  // A long one still takes several lines.
  expect(wraps).toBeGreaterThan(1)
})

test('a selection is copied as Markdown with LaTeX, and for other programs with MathML once', async ({ page, app }) => {
  const shown = await showAnswer(page, app.url, answer)
  const copied = await shown.locator('.md').evaluate((element) => {
    getSelection()?.selectAllChildren(element)
    const clipboardData = new DataTransfer()
    element
      .querySelector('p')
      ?.dispatchEvent(new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true }))
    return { text: clipboardData.getData('text/plain'), html: clipboardData.getData('text/html') }
  })
  expect(copied.text).toContain(String.raw`First $\vec{v}$ and then`)
  expect(copied.text).toContain('$$\nA = \\begin{pmatrix}')
  expect(copied.text).toContain('as **told**.')
  expect(copied.text).toContain('| $p$ | 2 |')
  expect(copied.text).toContain('```python\nprint("$5")\n```')
  expect(copied.html.match(/<math/g)).toHaveLength(6)
  expect(copied.html).not.toMatch(/class=|<button|katex|annotation/)
})

test('a formula offers its LaTeX and MathML, by click and by keyboard', async ({ page, app, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const shown = await showAnswer(page, app.url, answer)
  await shown.locator('[data-tex="x = 5"]').first().click()
  await page.getByRole('button', { name: 'Copy LaTeX' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('x = 5')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Copy LaTeX' })).toBeHidden()
  await shown.getByRole('group', { name: 'Formula' }).last().focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Copy MathML' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^<math[^>]*>.*menclose/)
  await shown.getByRole('button', { name: 'Copy rich text' }).click()
  const readTypes = () =>
    page.evaluate(async () => (await navigator.clipboard.read()).flatMap(({ types }) => types.toSorted()))
  await expect.poll(readTypes).toEqual(['text/html', 'text/plain'])
})

test('what is wide scrolls in its own box, and the page never sideways', async ({ page, app }) => {
  await page.setViewportSize({ width: 390, height: 800 })
  const wide = Array.from({ length: 30 }, (_, n) => `x_{${n}}`).join(' + ')
  const cells = Array.from({ length: 14 }, (_, n) => ` column ${n} `).join('|')
  const shown = await showAnswer(
    page,
    app.url,
    `\\[ ${wide} \\]\n\nInline \\(\\underbrace{${wide}}_{30}\\) too.\n\n|${cells}|\n|${cells.replace(/[^|]+/g, ' --- ')}|\n|${cells}|\n\n\\(\\raisebox{-9000em}{x}\\) \\(${'\\Huge '.repeat(40)} \\rule{9000em}{9000em}\\)`,
  )
  await expect(shown.locator('.katex-html').first()).toBeVisible()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(6_000)
  const formula = shown.getByRole('group', { name: 'Formula' }).first()
  await formula.focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => formula.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0)
  const inline = shown.getByRole('group', { name: 'Formula' }).nth(1)
  await expect.poll(() => inline.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true)
  expect(await inline.evaluate((element) => element.getBoundingClientRect().right)).toBeLessThanOrEqual(390)
})

test('far formulas are text to be found, and drawn when they come near; the result can be jumped to', async ({
  page,
  app,
}) => {
  const lines = Array.from({ length: 300 }, (_, n) => `Line ${n} has $a_{${n}} = ${n}$ in it.`).join('\n\n')
  const shown = await showAnswer(page, app.url, `${lines}\n\n\\[ \\boxed{a = 299} \\]`)
  await page.reload()
  await expect(shown.locator('[data-tex]').first()).toBeAttached()
  await shown.getByText('Line 0 has').scrollIntoViewIfNeeded()
  await expect(shown.locator('[data-tex="a_{0} = 0"] .katex-html')).toBeVisible()
  await expect(shown.locator('[data-tex]')).toHaveCount(301)
  const middle = shown.locator('[data-tex="a_{150} = 150"]')
  await expect(middle).toHaveText('a_{150} = 150')
  expect(await shown.locator('.katex-html').count()).toBeLessThan(200)
  await shown.getByRole('button', { name: 'Go to the result' }).click()
  await expect(shown.locator('[data-boxed]')).toBeInViewport()
  await expect(shown.locator('[data-boxed] .katex-html')).toBeVisible()
  await middle.scrollIntoViewIfNeeded()
  await expect(middle.locator('.katex-html')).toBeVisible()
})

test('a link defined later becomes one, and what is beyond reason shows as text', async ({ page, app }) => {
  const shown = await showAnswer(
    page,
    app.url,
    `See [the proof][1] first.\n\n${'**a*'.repeat(4_000)}\n\n${'>'.repeat(500)} deep\n\n[1]: https://example.com/proof`,
  )
  await expect(shown.getByRole('link', { name: 'the proof' })).toHaveAttribute('href', 'https://example.com/proof')
  await expect(shown.getByText('**a***a***a*').first()).toBeVisible()
})

/** The elements, texts and formulas that an answer shows, without how they are drawn. */
const toShape = (shown: Locator) =>
  shown.locator('.md').evaluate((root) => {
    const walk = (node: Node): string => {
      if (node.nodeType === 3) return node.textContent?.trim() ?? ''
      const element = node as HTMLElement
      if (element.dataset['tex'] !== undefined) return `[${element.dataset['tex']}]`
      if (element.localName === 'button') return ''
      // Its colours come when the page has time.
      if (element.localName === 'code') return `<code>${element.textContent}`
      return `<${element.localName}>${[...element.childNodes].map(walk).join('')}`
    }
    return walk(root).replace(/<span>/g, '')
  })

for (const file of ['en-2', 'zh-2']) {
  test(`an answer that came piece by piece is the same after a reload: ${file}`, async ({ page, app }) => {
    const corpus = readFileSync(new URL(`../src/client/markdown/corpus/${file}.txt`, import.meta.url), 'utf8')
    const text = corpus.replace(/^keep: .*\n/gm, '').replace(/^=== .*$/gm, '\n---\n')
    const shown = await showAnswer(page, app.url, text)
    const live = await toShape(shown)
    expect(live.length).toBeGreaterThan(2_000)
    await page.reload()
    await expect.poll(() => toShape(shown)).toBe(live)
  })
}
