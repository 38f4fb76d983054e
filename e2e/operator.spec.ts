import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, startApp, test } from './support/app.ts'

test('the operator enters by code, sees the live run, stops it and blocks who asked', async ({
  page,
  browser,
  upstream,
}) => {
  test.setTimeout(120_000)
  const dir = mkdtempSync(join(tmpdir(), 'showwork-operator-'))
  const env = { MODEL_BASE_URL: `${upstream.url}/v1`, ADMIN_CODE: 'operator code', TOTAL_TOKENS_PER_DAY: '900000' }
  const app = await startApp(dir, env)
  const visitor = await (await browser.newContext({ locale: 'en-US' })).newPage()
  await visitor.goto(app.url)
  const question = visitor.getByRole('textbox', { name: 'Question', exact: true })
  await question.fill('A long one [[stall]]')
  await visitor.keyboard.press('Enter')
  await expect(visitor.getByRole('region', { name: 'Thinking' })).toBeVisible()

  await page.goto(`${app.url}/admin`)
  await page.getByLabel('The operator’s code').fill('operator code')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Today' })).toContainText('of 900,000')
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await page.getByRole('region', { name: 'Live runs' }).getByRole('button', { name: 'Stop' }).click()
  await expect(page.getByRole('region', { name: 'Live runs' })).toContainText('Nobody')
  await expect(visitor.getByText('It was stopped before an answer came.')).toBeVisible()
  await page.getByRole('region', { name: 'Top visitors' }).getByRole('button', { name: 'Block' }).click()
  await expect(page.getByRole('button', { name: 'Allow again' })).toBeVisible()

  await visitor.getByRole('button', { name: 'New question' }).click()
  await question.fill('Once more')
  await visitor.keyboard.press('Enter')
  await expect(visitor.getByRole('alert')).toContainText('does not let this browser ask')
  await expect(question).toHaveValue('Once more')
  await visitor.context().close()
  await app.end('SIGTERM')
  rmSync(dir, { recursive: true, force: true })
})
