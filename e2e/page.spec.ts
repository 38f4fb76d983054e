import AxeBuilder from '@axe-core/playwright'
import { expect, test } from './support/app.ts'

test('a sample plays in demo mode from its picture to its answer', async ({ page, demo }) => {
  await page.goto(demo.url)
  await page
    .getByRole('button', { name: /spinners|probability|quadratic|wrong line|Find/i })
    .first()
    .click()
  await expect(page.getByRole('textbox', { name: 'Question', exact: true })).not.toHaveValue('')
  await expect(page.getByRole('button', { name: 'Ask', exact: true })).toBeEnabled()
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Thinking' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Answer' }).locator('.katex').first()).toBeVisible({ timeout: 35_000 })
  const thinking = page.getByRole('group', { name: 'Thinking', exact: true })
  await thinking.evaluate((element) => element.scrollTo(0, element.scrollHeight))
  const end = await thinking.evaluate((element) => element.scrollTop)
  expect(end).toBeGreaterThan(0)
  await page.getByRole('navigation', { name: 'Outline of the thinking' }).getByRole('button').first().click()
  await expect.poll(() => thinking.evaluate((element) => element.scrollTop)).toBeLessThan(end)
})

test('any other question in demo mode says honestly what would have been sent', async ({ page, demo }) => {
  await page.goto(demo.url)
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Something else')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('DASHSCOPE_API_KEY').first()).toBeVisible()
})

test('a part that does not come takes nothing else with it, and comes when it is tried again', async ({
  page,
  app,
}) => {
  const parts = /\/assets\/(share-dialog|history)-/
  await page.route(parts, async (route) => await route.fulfill({ status: 404, body: 'Not found' }))
  await page.goto(app.url)
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Is all of it there?')
  await page.keyboard.press('Enter')
  const answer = page.getByRole('region', { name: 'Answer', exact: true }).getByText('The answer is')
  await expect(answer).toBeVisible()
  const alert = page.getByRole('alert')
  for (const [button, part] of [
    ['Share', 'What others will see'],
    ['History', 'Today'],
  ] as const) {
    await page.getByRole('button', { name: button, exact: true }).click()
    await expect(alert).toContainText('This part of the page did not come')
    await alert.getByRole('button', { name: 'Close', exact: true }).click()
    await expect(answer).toBeVisible()
    await page.getByRole('button', { name: button, exact: true }).click()
    await expect(alert).toContainText('This part of the page did not come')
    await page.unroute(parts)
    await alert.getByRole('button', { name: 'Try again' }).click()
    await expect(page.getByRole('region', { name: part })).toBeVisible()
    await page.keyboard.press('Escape')
    await page.route(parts, async (route) => await route.abort())
  }
})

test('a language whose words do not come is said to, and comes when it is chosen again', async ({ page, app }) => {
  const words = /\/assets\/zh-/
  await page.route(words, async (route) => await route.abort())
  await page.goto(app.url)
  const language = page.getByRole('combobox', { name: /语言|Language/ })
  await language.selectOption({ label: '简体中文' })
  await expect(page.getByRole('alert')).toContainText('The words of that language did not come')
  await expect(language).toHaveValue('en')
  await page.unroute(words)
  await language.selectOption({ label: '简体中文' })
  await expect(page.getByRole('button', { name: '提问', exact: true })).toBeVisible()
  await expect(page.getByRole('alert')).toBeHidden()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing, ${colorScheme}, and nothing breaks the policy`, async ({ page, app }) => {
    const refused: string[] = []
    page.on('console', (message) => {
      if (/Content Security Policy|TrustedHTML|TrustedScript/.test(message.text())) refused.push(message.text())
    })
    await page.emulateMedia({ colorScheme })
    await page.goto(app.url)
    await expect(page.getByRole('textbox', { name: 'Question', exact: true })).toBeVisible()
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
    await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Look at this')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('region', { name: 'Answer' }).locator('.katex').first()).toBeVisible()
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
    expect(refused).toEqual([])
  })
}

test.describe('in Chinese', () => {
  test.use({ locale: 'zh-CN' })
  test('the page speaks Chinese from the browser’s language, and English when asked', async ({ page, app }) => {
    await page.goto(app.url)
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
    await page.getByRole('combobox', { name: /语言|Language/ }).selectOption({ label: 'English' })
    await expect(page.getByRole('button', { name: 'Ask', exact: true })).toBeVisible()
  })
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 375, height: 720 }, hasTouch: true, isMobile: true })
  test('nothing scrolls sideways and the thinking folds when the answer begins', async ({ page, app }) => {
    await page.goto(app.url)
    await page.getByRole('textbox', { name: 'Question', exact: true }).fill('On my phone')
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
    await expect(page.getByRole('button', { name: /^Thought for/ })).toHaveAttribute('aria-expanded', 'false')
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  })

  test('theme and language can be switched, and the header stays on one line', async ({ page, app }) => {
    await page.goto(app.url)
    await page.getByRole('combobox', { name: 'Theme' }).selectOption({ label: 'Dark' })
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    await page.reload()
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    await page.getByRole('combobox', { name: 'Language' }).selectOption({ label: '简体中文' })
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
    expect((await page.getByRole('banner').boundingBox())?.height).toBeLessThan(72)
  })
})
