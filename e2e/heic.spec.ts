import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from './support/app.ts'
import { dispatchFile } from './support/picture.ts'
import { colorAt, fourFields, sentPictures } from './support/sent-pictures.ts'

test('a HEIC of a phone is decoded in the browser: upright, without its place, encoded once; and it can be cropped', async ({
  page,
  app,
  upstream,
}) => {
  await page.goto(app.url)
  // With EXIF and a rotation of its own, as a phone writes it.
  const file = readFileSync(join(import.meta.dirname, 'fixtures', 'turned.heic'))
  expect(file.includes('Exif')).toBe(true)
  await dispatchFile(page, 'drop', file, 'IMG_0001.HEIC')
  await expect(page.getByText('240 × 320')).toBeVisible()
  await page.getByRole('button', { name: 'Crop or mark IMG_0001.HEIC' }).click()
  await page.getByRole('button', { name: 'Add a crop' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText('192 × 128')).toBeVisible()
  await dispatchFile(page, 'drop', file, 'IMG_0002.HEIC')
  await expect(page.getByText('240 × 320')).toBeVisible()
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('What did the phone see?')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
  const [part = Buffer.of(), whole = Buffer.of()] = sentPictures(upstream.requests, 'What did the phone see?')
  const at = (bytes: Buffer, places: [number, number][]) => Promise.all(places.map(([x, y]) => colorAt(bytes, x, y)))
  const corners: [number, number][] = [
    [0.25, 0.25],
    [0.75, 0.25],
    [0.25, 0.75],
    [0.75, 0.75],
  ]
  expect(await at(whole, corners)).toEqual(['b', 'r', 'y', 'g'])
  expect(await at(part, corners.slice(0, 2))).toEqual(['b', 'r'])
  const { format, exif, width, height } = await sharp(whole).metadata()
  expect({ format, exif, width, height }).toEqual({ format: 'jpeg', exif: undefined, width: 240, height: 320 })
})

test('a damaged HEIC is refused by name', async ({ page, app }) => {
  await page.goto(app.url)
  await dispatchFile(page, 'drop', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), 'torn.heic')
  await expect(page.getByRole('alert')).toContainText('torn.heic')
})

test('a TIFF, which the browser cannot show, is cropped from what the server made of it', async ({
  page,
  app,
  upstream,
}) => {
  await page.goto(app.url)
  await dispatchFile(page, 'drop', await fourFields(640, 480).tiff().toBuffer(), 'scan.tiff')
  await page.getByRole('button', { name: 'Crop or mark scan.tiff' }).click()
  await page.getByRole('button', { name: 'Add a crop' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText('512 × 192')).toBeVisible()
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('What was scanned?')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
  const [part = Buffer.of()] = sentPictures(upstream.requests, 'What was scanned?')
  expect([await colorAt(part, 0.2, 0.3), await colorAt(part, 0.8, 0.3)]).toEqual(['r', 'g'])
})
