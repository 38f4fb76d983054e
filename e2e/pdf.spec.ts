import sharp from 'sharp'
import { expect, test } from './support/app.ts'
import { digitalPdf, scannedPdf } from './support/pdf.ts'
import { dispatchFile } from './support/picture.ts'
import { colorAt, fourFields, sentPictures } from './support/sent-pictures.ts'

test('pages of a printed PDF are picked by their pictures, mouse and keyboard, and arrive sharp', async ({
  page,
  app,
  upstream,
}) => {
  await page.goto(app.url)
  const pdf = digitalPdf([
    [1, 0, 0],
    [0, 0.63, 0],
    [0, 0, 1],
  ])
  await dispatchFile(page, 'drop', pdf, 'homework.pdf')
  const dialog = page.getByRole('dialog', { name: 'Choose pages' })
  await dialog.getByRole('button', { name: 'Page 3', exact: true }).click()
  await dialog.getByRole('button', { name: 'Page 1', exact: true }).focus()
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Add 2 pages' }).click()
  await expect(page.getByText('900 × 1200')).toHaveCount(2)
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Which pages are these?')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
  const [first = Buffer.of(), second = Buffer.of()] = sentPictures(upstream.requests, 'Which pages are these?')
  expect([await colorAt(first, 0.5, 0.2), await colorAt(second, 0.5, 0.2)]).toEqual(['r', 'b'])
  // The print is there although its font is not in the file.
  const { channels } = await sharp(first).extract({ left: 40, top: 700, width: 820, height: 240 }).greyscale().stats()
  expect(channels[0]?.min).toBeLessThan(60)
  expect(channels[0]?.mean).toBeLessThan(253)
})

test('a part of a scanned page is cropped straight from the PDF', async ({ page, app, upstream }) => {
  await page.goto(app.url)
  const bytes = await fourFields(600, 800).jpeg({ quality: 90 }).toBuffer()
  await dispatchFile(page, 'drop', scannedPdf({ bytes, width: 600, height: 800 }), 'scan.pdf')
  await page.getByRole('button', { name: 'Crop page 1' }).click()
  await page.getByRole('button', { name: 'Add a crop' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText('720 × 480')).toBeVisible()
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Which part is this?')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
  const [part = Buffer.of()] = sentPictures(upstream.requests, 'Which part is this?')
  expect([await colorAt(part, 0.1, 0.5), await colorAt(part, 0.9, 0.5)]).toEqual(['r', 'g'])
})

test('a damaged PDF is said in words and leaves the question as it is', async ({ page, app }) => {
  await page.goto(app.url)
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Still here')
  await dispatchFile(page, 'drop', Buffer.from('%PDF-1.7\nnot much'), 'torn.pdf')
  await expect(page.getByRole('alert')).toContainText('cannot be opened')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByRole('textbox', { name: 'Question', exact: true })).toHaveValue('Still here')
})
