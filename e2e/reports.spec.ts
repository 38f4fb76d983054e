import { expect, test } from './support/app.ts'

// These tests fail as they should: nobody else may pass while a page reports such a thing.
test.fail('a test in which the policy refuses something fails', async ({ page, app }) => {
  await page.goto(app.url)
  await page.evaluate(() => {
    try {
      document.body.innerHTML = '<b>bold</b>'
    } catch {
      // As a component of the page would hide it.
    }
  })
})

test.fail('so does one in a browser context of its own', async ({ browser, app }) => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(app.url)
  await page.evaluate(() => {
    const image = new Image()
    image.src = 'https://example.invalid/p.png'
    return new Promise((resolve) => image.addEventListener('error', resolve))
  })
  await context.close()
})

test('one in which nothing is refused passes', async ({ page, app }) => {
  await page.goto(app.url)
  await expect(page.getByRole('textbox', { name: 'Question', exact: true })).toBeVisible()
})
