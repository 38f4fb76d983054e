import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { APIResponse } from 'playwright/test'
import { expect, startApp, test } from './support/app.ts'

const toFirstId = async (response: APIResponse) =>
  ((await response.json()) as { items: { id: string }[] }).items[0]?.id ?? ''

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

  // Every link there is, by whomever it was made.
  const run = await toFirstId(await visitor.request.get(`${app.url}/api/runs`))
  for (const days of [30, null]) {
    await visitor.request.post(`${app.url}/api/runs/${run}/shares`, { data: { expiresInDays: days } })
  }
  await page.reload()
  const links = page.getByRole('region', { name: 'Links' })
  await expect(links.getByRole('row')).toHaveCount(3)
  await expect(links).toContainText('until revoked')
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await links.getByRole('button', { name: 'Revoke' }).first().click()
  await expect(page.getByText('One link that opens')).toBeVisible()
  await page.getByRole('button', { name: 'Revoke every link' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke every link' }).click()
  await expect(links).toContainText('No link opens anything.')
  const listed = await visitor.request.get(`${app.url}/api/shares`)
  expect(((await listed.json()) as { items: unknown[] }).items).toEqual([])
  await visitor.context().close()
  await app.end('SIGTERM')
  rmSync(dir, { recursive: true, force: true })
})
