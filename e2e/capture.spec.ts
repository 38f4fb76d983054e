import type { Page } from 'playwright/test'
import { expect, test } from './support/app.ts'
import { colorAt, sentPictures } from './support/sent-pictures.ts'

/** A camera and a screen of our own: green on the left, blue on the right. `stopped` counts tracks that were let go. */
const giveDevices = async (page: Page) =>
  await page.addInitScript(() => {
    const noted = globalThis as unknown as { stopped: number }
    noted.stopped = 0
    const open = async () => {
      const canvas = document.createElement('canvas')
      Object.assign(canvas, { width: 640, height: 360 })
      const context = canvas.getContext('2d')
      const draw = () => {
        if (!context) return
        context.fillStyle = '#00a000'
        context.fillRect(0, 0, 320, 360)
        context.fillStyle = '#0000ff'
        context.fillRect(320, 0, 320, 360)
      }
      draw()
      setInterval(draw, 50)
      const stream = canvas.captureStream(20)
      for (const track of stream.getTracks()) {
        const stop = track.stop.bind(track)
        track.stop = () => {
          noted.stopped += 1
          stop()
        }
      }
      return await Promise.resolve(stream)
    }
    Object.assign(navigator.mediaDevices, { getUserMedia: open, getDisplayMedia: open })
  })
const stopped = async (page: Page) => await page.evaluate(() => (globalThis as unknown as { stopped: number }).stopped)

test('a picture by the webcam and a region of the screen go with the question; both are let go', async ({
  page,
  app,
  upstream,
}) => {
  await giveDevices(page)
  await page.goto(app.url)
  await page.getByRole('button', { name: 'Camera', exact: true }).click()
  await page.getByRole('button', { name: 'Take the picture' }).click()
  await expect(page.getByText('640 × 360')).toBeVisible()
  expect(await stopped(page)).toBe(1)
  await page.getByRole('button', { name: 'Screen region' }).click()
  await page.getByRole('button', { name: 'Add a crop' }).click()
  expect(await stopped(page)).toBe(2)
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText('512 × 144')).toBeVisible()
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('What do you see there?')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
  const pictures = sentPictures(upstream.requests, 'What do you see there?')
  expect(pictures).toHaveLength(2)
  for (const picture of pictures) {
    expect([await colorAt(picture, 0.2, 0.5), await colorAt(picture, 0.8, 0.5)]).toEqual(['g', 'b'])
  }
})

test('a camera that is not allowed is said in words', async ({ page, app }) => {
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
  })
  await page.goto(app.url)
  await page.getByRole('button', { name: 'Camera', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('cannot be used')
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  test('Camera and Photos are two buttons, and only the first goes straight to the camera', async ({ page, app }) => {
    await page.goto(app.url)
    for (const [name, capture] of [
      ['Camera', 'environment'],
      ['Photos', null],
    ] as const) {
      const chooser = page.waitForEvent('filechooser')
      await page.getByRole('button', { name }).tap()
      expect(await (await chooser).element().getAttribute('capture')).toBe(capture)
    }
  })
})
