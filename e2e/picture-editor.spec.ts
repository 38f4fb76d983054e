import { createHash } from 'node:crypto'
import type { Page } from 'playwright/test'
import sharp from 'sharp'
import { expect, test } from './support/app.ts'
import { dispatchFile } from './support/picture.ts'
import { noteUploads, readUploads } from './support/uploads.ts'
import { colorAt, fourFields, sentParts, sentPictures } from './support/sent-pictures.ts'

const stageOf = (page: Page) => page.getByRole('img', { name: 'The picture being cropped' })

async function openFraming(page: Page, url: string, file: Buffer, name = 'page.png') {
  await page.goto(url)
  await dispatchFile(page, 'drop', file, name)
  await page.getByRole('button', { name: `Crop or mark ${name}` }).click()
  await expect(stageOf(page)).toBeVisible()
}

async function ask(page: Page, text: string) {
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill(text)
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
}

test('mouse: two boxes, a cover and an arrow become two pictures and words about them', async ({
  page,
  app,
  upstream,
}) => {
  await openFraming(page, app.url, await fourFields(800, 600).png().toBuffer())
  const box = await stageOf(page).boundingBox()
  if (!box) throw new Error('no stage')
  const drag = async (x1: number, y1: number, x2: number, y2: number) => {
    await page.mouse.move(box.x + x1 * box.width, box.y + y1 * box.height)
    await page.mouse.down()
    await page.mouse.move(box.x + x2 * box.width, box.y + y2 * box.height, { steps: 3 })
    await page.mouse.up()
  }
  await drag(0.25, 0.1, 0.75, 0.4)
  await drag(0.1, 0.75, 0.3, 0.95)
  await drag(0.8, 0.8, 0.9, 0.9)
  await page.keyboard.press('Control+z')
  await page.getByText('Cover', { exact: true }).click()
  await drag(0.25, 0.1, 0.4, 0.4)
  await page.getByText('Arrow', { exact: true }).click()
  await drag(0.28, 0.8, 0.15, 0.85)
  await page.getByRole('button', { name: 'Use 2 crops' }).click()
  await expect(page.getByText('Crop 2 · page.png')).toBeVisible()
  await expect(page.getByText(/^400 × 180$/)).toBeVisible()
  await ask(page, 'Which colours, mouse?')
  const [first, second, ...others] = sentPictures(upstream.requests, 'Which colours, mouse?')
  if (!first || !second) throw new Error('two pictures were to be sent')
  expect(others).toEqual([])
  expect([await colorAt(first, 0.1, 0.5), await colorAt(first, 0.4, 0.5), await colorAt(first, 0.9, 0.5)]).toEqual([
    'k',
    'r',
    'g',
  ])
  expect(await colorAt(second, 0.5, 0.1)).toBe('b')
  expect(await sharp(second).metadata()).toMatchObject({ width: 160, height: 120, format: 'png' })
  const text = sentParts(upstream.requests, 'Which colours, mouse?').at(-1)?.text ?? ''
  expect(text).toMatch(/Pictures 1 to 2 are numbered crops/)
  expect(text).toMatch(/black area in picture 1/)
  expect(text).toMatch(/red arrow in picture 2/)
})

test('keyboard alone: a box is added, moved and stretched, the picture turned and straightened', async ({
  page,
  app,
  upstream,
}) => {
  await openFraming(page, app.url, await fourFields(800, 600).png().toBuffer())
  await page.getByRole('button', { name: 'Turn right' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Add a crop' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Crop 1', exact: true })).toBeFocused()
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowDown')
  for (let step = 0; step < 10; step += 1) await page.keyboard.press('Shift+ArrowLeft')
  await page.getByRole('slider', { name: 'Straighten' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowLeft')
  await page.getByRole('button', { name: 'Done' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByText('420 × 320')).toBeVisible()
  await ask(page, 'Which colours, keys?')
  const [picture] = sentPictures(upstream.requests, 'Which colours, keys?')
  // Turned right, blue stands above left and red above right; the box ends at 55 % of the height.
  expect([await colorAt(picture ?? Buffer.of(), 0.1, 0.1), await colorAt(picture ?? Buffer.of(), 0.9, 0.1)]).toEqual([
    'b',
    'r',
  ])
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  test('touch: a finger draws a box, two widen it; a photo arrives upright, bare and encoded once; the original comes back', async ({
    page,
    app,
    upstream,
  }) => {
    await noteUploads(page)
    // Stored lying on its side: orientation 6 asks for a quarter turn clockwise.
    const photo = await fourFields(1200, 900)
      .jpeg({ quality: 95 })
      .withExif({ IFD0: { Make: 'Phone' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .toBuffer()
    await openFraming(page, app.url, photo, 'photo.jpg')
    const box = await stageOf(page).boundingBox()
    if (!box) throw new Error('no stage')
    const at = (x: number, y: number) => ({ x: box.x + x * box.width, y: box.y + y * box.height })
    const finger = await page.context().newCDPSession(page)
    const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', ...touchPoints: { x: number; y: number }[]) =>
      await finger.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: touchPoints.map((point, id) => ({ ...point, id })),
      })
    await touch('touchStart', at(0.4, 0.1))
    await touch('touchMove', at(0.5, 0.2))
    await touch('touchMove', at(0.6, 0.3))
    await touch('touchEnd')
    const drawn = page.getByRole('button', { name: 'Crop 1', exact: true })
    const before = (await drawn.boundingBox())?.width ?? 0
    await touch('touchStart', at(0.46, 0.2), at(0.54, 0.2))
    await touch('touchMove', at(0.42, 0.2), at(0.58, 0.2))
    await touch('touchMove', at(0.38, 0.2), at(0.62, 0.2))
    await touch('touchEnd')
    await expect.poll(async () => ((await drawn.boundingBox())?.width ?? 0) / before).toBeGreaterThan(2)
    await page.getByRole('button', { name: 'Done' }).click()
    await expect(page.getByText(/^5\d\d × \d+$/)).toBeVisible()
    await ask(page, 'Which colours, fingers?')
    const [picture = Buffer.of()] = sentPictures(upstream.requests, 'Which colours, fingers?')
    expect([await colorAt(picture, 0.1, 0.2), await colorAt(picture, 0.9, 0.2)]).toEqual(['b', 'r'])
    const { exif, orientation, format } = await sharp(picture).metadata()
    expect({ exif, orientation, format }).toEqual({ exif: undefined, orientation: undefined, format: 'jpeg' })
    expect(await readUploads(page)).toContain(createHash('sha256').update(picture).digest('hex'))
  })
})

test('what was cropped can be opened again, taken back to the whole and cropped anew', async ({ page, app }) => {
  await openFraming(page, app.url, await fourFields(640, 480).png().toBuffer())
  await page.getByRole('button', { name: 'Add a crop' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText('512 × 192')).toBeVisible()
  await page.reload()
  await page.getByRole('button', { name: 'Crop or mark page.png' }).click()
  await expect(page.getByRole('button', { name: 'Crop 1', exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Original' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText('640 × 480')).toBeVisible()
})
