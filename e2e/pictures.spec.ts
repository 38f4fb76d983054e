import { readFileSync } from 'node:fs'
import type { Page } from 'playwright/test'
import sharp from 'sharp'
import { demoSamples } from '../src/server/demo/samples/samples.ts'
import { en } from '../src/shared/messages/en.ts'
import { hold } from './support/hold.ts'
import { createPicture, dispatchFile } from './support/picture.ts'
import { expect, test } from './support/app.ts'

const question = (page: Page) => page.getByRole('textbox', { name: 'Question', exact: true })
const ask = (page: Page) => page.getByRole('button', { name: 'Ask', exact: true })
const answer = (page: Page) => page.getByRole('region', { name: 'Answer' })

test('a picture on its way is said to be, Ask waits for it, and it can be given up', async ({ page, app }) => {
  const letGo = await hold(page, '**/api/media')
  await page.goto(app.url)
  await question(page).fill('Wait for my picture')
  await dispatchFile(page, 'drop', await createPicture(600, 300), 'slow.png')
  await dispatchFile(page, 'drop', await createPicture(500, 200), 'unwanted.png')
  await expect(page.getByText(en.uploading)).toHaveCount(2)
  await expect(ask(page)).toBeDisabled()
  await page.getByRole('button', { name: en.remove('unwanted.png') }).click()
  letGo()
  await expect(page.getByText('600 × 300')).toBeVisible()
  await expect(page.getByText('unwanted.png')).toHaveCount(0)
  await expect(ask(page)).toBeEnabled()
})

test('a picture opens large, is enlarged and closed by the keyboard, and the focus comes back', async ({
  page,
  app,
}) => {
  await page.goto(app.url)
  await dispatchFile(page, 'drop', await createPicture(640, 400))
  await expect(page.getByText('640 × 400')).toBeVisible()
  await question(page).fill('Look closely')
  await ask(page).click()
  const opener = page.getByRole('button', { name: en.openPicture(1) })
  await opener.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: en.picture(1) })
  const picture = dialog.getByRole('img')
  await expect(picture).toBeVisible()
  const width = async () => (await picture.boundingBox())?.width ?? 0
  const before = await width()
  const zoomIn = dialog.getByRole('button', { name: en.zoomIn })
  for (let step = 0; step < 5 && !(await zoomIn.evaluate((node) => node === document.activeElement)); step += 1) {
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  expect(await width()).toBeGreaterThan(before * 1.9)
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(opener).toBeFocused()
})

test('a sample is asked for real where a model is connected: its own picture, byte for byte', async ({
  page,
  app,
  upstream,
}) => {
  const sample = demoSamples.find(({ language }) => language === 'en')
  const letGo = await hold(page, `**${sample?.image}`)
  await page.goto(app.url)
  await page.getByRole('button', { name: sample?.title ?? '' }).click()
  await expect(question(page)).toHaveValue(sample?.question ?? '')
  await expect(page.getByText(en.writtenSample)).toHaveCount(0)
  await expect(ask(page)).toBeDisabled()
  letGo()
  await ask(page).click()
  await expect(answer(page).getByText('The answer is')).toBeVisible()
  const sent = upstream.requests.map(({ body }) => JSON.stringify(body ?? ''))
  const bytes = readFileSync(`public${sample?.image}`).toString('base64')
  expect(sent.filter((body) => body.includes(`data:image/png;base64,${bytes}`))).toHaveLength(1)
})

test('a sample whose picture is on its way is whole again after a reload', async ({ page, app }) => {
  const sample = demoSamples.find(({ language }) => language === 'en')
  const letGo = await hold(page, `**${sample?.image}`)
  await page.goto(app.url)
  await page.getByRole('button', { name: sample?.title ?? '' }).click()
  await expect(page.getByText(en.uploading)).toBeVisible()
  await page.reload()
  await expect(question(page)).toHaveValue(sample?.question ?? '')
  await expect(ask(page)).toBeDisabled()
  letGo()
  await expect(ask(page)).toBeEnabled()
  await expect(page.getByRole('button', { name: en.remove(sample?.title ?? '') })).toBeVisible()
})

test('what a sample takes the place of is kept, and comes back on demand or once the sample is asked', async ({
  page,
  app,
}) => {
  const [first, second] = demoSamples.filter(({ language }) => language === 'en')
  const choose = async (sample = first) => await page.getByRole('button', { name: sample?.title ?? '' }).click()
  const bringBack = page.getByRole('button', { name: en.bringBack })
  const own = page.getByRole('button', { name: en.remove('own.png') })
  await page.goto(app.url)
  await choose()
  await expect(question(page)).toHaveValue(first?.question ?? '')
  await choose(second)
  await expect(question(page)).toHaveValue(second?.question ?? '')
  await expect(bringBack).toBeHidden()

  await question(page).fill('My own question')
  await dispatchFile(page, 'drop', await createPicture(600, 300), 'own.png')
  await expect(own).toBeVisible()
  await choose()
  await expect(page.getByText(en.replacedBySample)).toBeVisible()
  await expect(own).toBeHidden()
  await page.reload()
  await question(page).fill('Two of mine')
  await choose(second)
  await question(page).fill('And what is its area?')
  for (const text of ['Two of mine', 'My own question', 'And what is its area?']) {
    await bringBack.click()
    await expect(question(page)).toHaveValue(text)
    await expect(own).toBeVisible({ visible: text === 'My own question' })
  }

  await ask(page).click()
  await expect(answer(page).getByText('The answer is')).toBeVisible()
  await page.goto(app.url)
  await expect(question(page)).toHaveValue('Two of mine')
  await question(page).fill('')
  await page.getByRole('button', { name: en.remove(first?.title ?? '') }).click()
  await bringBack.click()
  await expect(question(page)).toHaveValue('My own question')
  await expect(own).toBeVisible()
  await expect(bringBack).toBeHidden()
  await expect(ask(page)).toBeEnabled()
})

test('of an animated GIF the first frame is taken, and the page says so', async ({ page, app }) => {
  const frame = async (background: string) =>
    await sharp({ create: { width: 80, height: 60, channels: 3, background } })
      .raw()
      .toBuffer()
  const frames = Buffer.concat([await frame('#112233'), await frame('#ff0000')])
  const gif = await sharp(frames, { raw: { width: 80, height: 120, channels: 3, pageHeight: 60 } })
    .gif()
    .toBuffer()
  await page.goto(app.url)
  await dispatchFile(page, 'drop', gif, 'moving.gif', 'image/gif')
  await expect(page.getByText('80 × 60')).toBeVisible()
  await expect(page.getByText(en.firstFrame)).toBeVisible()
})

test('a video the browser cannot play is refused with what to do instead', async ({ page, app }) => {
  await page.goto(app.url)
  await dispatchFile(page, 'drop', Buffer.from('\0\0\0\x18ftypisom\0\0\0\0'), 'clip.mp4', 'video/mp4')
  await expect(page.getByRole('alert')).toContainText(en.video.failed)
})
