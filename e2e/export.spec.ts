import { readFileSync } from 'node:fs'
import { expect, test } from './support/app.ts'
import { createPicture, dispatchFile } from './support/picture.ts'

test('a page taken along opens offline with picture, formulas and replay, and is imported elsewhere, labelled', async ({
  page,
  app,
  browser,
}) => {
  await page.goto(app.url)
  const box = page.getByRole('textbox', { name: 'Question', exact: true })
  await expect(box).toBeVisible()
  await dispatchFile(page, 'drop', await createPicture(300, 180))
  await expect(page.getByText('300 × 180')).toBeVisible()
  await box.fill('Take this along')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
  await page.getByRole('button', { name: 'Take along' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /^Web page/ }).click(),
  ])
  const path = await download.path()

  const offline = await browser.newContext({ offline: true })
  const file = await offline.newPage()
  const failures: string[] = []
  file.on('pageerror', (error) => failures.push(error.message))
  file.on('requestfailed', (request) => failures.push(request.url()))
  await file.setContent(readFileSync(path, 'utf8'))
  await expect(file.getByRole('heading', { name: 'Take this along' })).toBeVisible()
  await expect(file.locator('.answer math')).toHaveCount(1)
  expect(await file.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(300)
  await file.getByText(/^Thought for/).click()
  await expect(file.locator('.thinking math')).toHaveCount(2)
  const position = file.getByRole('slider', { name: 'Position' })
  await position.fill('0')
  await expect(file.locator('.answer').getByText('answer')).toBeHidden()
  await file.getByRole('button', { name: 'Play' }).click()
  await expect(file.locator('.answer math')).toBeVisible()
  expect(failures).toEqual([])
  await offline.close()

  const elsewhere = await (await browser.newContext()).newPage()
  await elsewhere.goto(app.url)
  await elsewhere.getByRole('button', { name: 'History' }).click()
  const dialog = elsewhere.getByRole('dialog', { name: 'History' })
  const [chooser] = await Promise.all([
    elsewhere.waitForEvent('filechooser'),
    dialog.getByRole('button', { name: 'Import' }).click(),
  ])
  await chooser.setFiles(path)
  await dialog.getByRole('button', { name: 'Take this along', exact: true }).click()
  await expect(elsewhere.getByRole('article').getByText('Imported')).toBeVisible()
  await expect(elsewhere.getByRole('button', { name: 'Open picture 1' })).toBeVisible()
  await elsewhere.getByRole('button', { name: 'History' }).click()
  await dialog.getByRole('button', { name: 'Delete all' }).click()
  await dialog.getByRole('alertdialog').getByRole('button', { name: 'Delete all' }).click()
  await expect(dialog.getByText('Nothing asked yet')).toBeVisible()
  await dialog.getByRole('button', { name: 'Undo' }).click()
  await expect(dialog.getByRole('button', { name: 'Take this along', exact: true })).toBeVisible()
  await elsewhere.context().close()
})

test('on paper stand the problem and its solution, every formula drawn, and a QR code where there is a link', async ({
  page,
  app,
}) => {
  await page.goto(app.url)
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Print me')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  const answer = page.getByRole('region', { name: 'Answer' })
  await expect(answer.getByText('The answer is')).toBeVisible()
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('heading', { name: 'Print me' })).toBeVisible()
  await expect(answer.locator('.katex')).toBeVisible()
  for (const hidden of [
    page.getByRole('region', { name: 'Thinking' }),
    page.getByRole('button', { name: 'History' }),
    page.getByRole('textbox', { name: 'Question', exact: true }),
    page.getByRole('img', { name: 'QR code of the link' }),
  ]) {
    await expect(hidden).toBeHidden()
  }
  await page.request.post(page.url().replace('/r/', '/api/runs/') + '/shares', { data: {} })
  await page.reload()
  await expect(page.getByRole('img', { name: 'QR code of the link' })).toBeVisible()
  expect((await page.pdf()).byteLength).toBeGreaterThan(1_000)
})
