import type { Page } from 'playwright/test'
import { expect, test } from './support/app.ts'

/** Everything that stood in for something on its way, from now on. */
async function watchFallbacks(page: Page) {
  await page.evaluate(() => {
    const shown: string[] = []
    Object.assign(window, { shown })
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) {
          const isPending =
            node instanceof Element && (node.matches('[data-pending]') || node.querySelector('[data-pending]'))
          if (isPending || /Loading …/.test(node.textContent ?? '')) shown.push(node.textContent ?? '')
        }
      }
    }).observe(document.body, { childList: true, subtree: true })
  })
  return () => page.evaluate(() => (window as unknown as { shown: string[] }).shown)
}

test('a question just asked, the history and what was shown before come with nothing standing in for them', async ({
  page,
  app,
}) => {
  const ask = async (question: string) => {
    await page.getByRole('textbox', { name: 'Question', exact: true }).fill(question)
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    await expect(page.getByRole('heading', { name: question })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Copy answer' })).toBeVisible()
  }
  const history = page.getByRole('dialog', { name: 'History' })
  const openHistory = async () => {
    await page.getByRole('button', { name: 'History', exact: true }).click()
    await expect(history.getByRole('button', { name: 'The first of two', exact: true })).toBeVisible()
  }
  await page.goto(app.url, { waitUntil: 'networkidle' })
  const readFallbacks = await watchFallbacks(page)
  await ask('The first of two')
  await openHistory()
  expect(await readFallbacks()).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Create link' })).toBeVisible()
  await page.keyboard.press('Escape')
  const fallbacksBefore = await readFallbacks()
  await page.getByRole('button', { name: 'New question' }).click()
  await ask('The second of two')
  await openHistory()
  await history.getByRole('button', { name: 'The first of two', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'The first of two' })).toBeVisible()
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Create link' })).toBeVisible()
  expect(await readFallbacks()).toEqual(fallbacksBefore)
})
