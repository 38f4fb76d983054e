import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { expect, startApp, test } from './support/app.ts'

async function askOnPage(page: Page, url: string, question: string) {
  await page.goto(url)
  await page.getByRole('textbox', { name: 'Question' }).fill(question)
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Thinking' })).toContainText('Step 2')
}
const thinking = (page: Page) => page.getByRole('region', { name: 'Thinking' })

test('two tabs on one run stay in step, and a stop in one is seen in the other', async ({ app, context, page }) => {
  await askOnPage(page, app.url, 'Two tabs [[until-stopped]]')
  const other = await context.newPage()
  await other.goto(page.url())
  for (const tab of [page, other]) await expect(thinking(tab)).toContainText('Step 8')
  await other.getByRole('button', { name: 'Stop' }).click()
  for (const tab of [page, other]) await expect(tab.getByText('It was stopped before an answer came.')).toBeVisible()
  expect(await thinking(page).innerText()).toBe(await thinking(other).innerText())
})

test('a network that goes and comes back: said calmly, and taken up where it was', async ({ app, context, page }) => {
  await askOnPage(page, app.url, 'Off and on [[slow]]')
  await context.setOffline(true)
  await expect(page.getByText('Reconnecting')).toBeVisible()
  const before = await thinking(page).innerText()
  await context.setOffline(false)
  await expect(page.getByText('Reconnecting')).toBeHidden()
  await expect(page.getByRole('region', { name: 'Answer' })).toContainText('The answer', { timeout: 20_000 })
  const after = await thinking(page).innerText()
  expect(after.length).toBeGreaterThan(before.length)
  for (let step = 1; step <= 40; step += 1) expect(after.split(`Step ${step}:`)).toHaveLength(2)
})

test('the server is killed and starts again: the page finds it by itself, shows what is saved and offers to ask again', async ({
  page,
  upstream,
}) => {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-again-'))
  const env = { MODEL_BASE_URL: `${upstream.url}/v1` }
  const first = await startApp(dir, env)
  await askOnPage(page, first.url, 'Killed [[slow]]')
  await first.end('SIGKILL')
  await expect(page.getByText('Reconnecting')).toBeVisible()
  const seen = (await thinking(page).innerText()).match(/Step \d+/g) ?? []
  const second = await startApp(dir, { ...env, PORT: new URL(first.url).port })
  await expect(page.getByText('The server stopped in the middle.')).toBeVisible({ timeout: 15_000 })
  await expect(page.getByText('Reconnecting')).toBeHidden()
  for (const step of seen) await expect(thinking(page)).toContainText(step)
  await page.getByRole('button', { name: 'Ask again' }).click()
  await expect(thinking(page)).toContainText('Step 1')
  await second.end('SIGTERM')
  rmSync(dir, { recursive: true, force: true })
})
