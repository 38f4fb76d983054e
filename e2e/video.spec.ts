import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from './support/app.ts'
import { dispatchFile } from './support/picture.ts'
import { colorAt, sentParts, toBytes } from './support/sent-pictures.ts'

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name))

/** Four seconds: red, green, blue, yellow. */
for (const name of ['four.mp4', 'four.webm']) {
  test(`${name} is trimmed by the keyboard and goes as upright frames with their rate`, async ({
    page,
    app,
    upstream,
  }) => {
    await page.goto(app.url)
    await dispatchFile(page, 'drop', fixture(name), name)
    const dialog = page.getByRole('dialog', { name: 'Choose what the model sees' })
    await expect(dialog.getByText('4.0 s · 8 frames')).toBeVisible()
    await expect(dialog.getByRole('listitem')).toHaveCount(10)
    await dialog.getByRole('slider', { name: 'Start' }).focus()
    for (let step = 0; step < 10; step += 1) await page.keyboard.press('ArrowRight')
    await dialog.getByRole('combobox', { name: 'Frames a second' }).selectOption('1')
    await expect(dialog.getByRole('alert')).toContainText('4 to 20 frames')
    await expect(dialog.getByRole('button', { name: 'Use 3 frames' })).toBeDisabled()
    await dialog.getByRole('combobox', { name: 'Frames a second' }).selectOption('2')
    await dialog.getByRole('button', { name: 'Use 6 frames' }).click()
    await expect(page.getByRole('button', { name: `Trim ${name}` })).toBeVisible()
    await expect(page.getByText('3.0 s · 6 frames')).toBeVisible()
    const question = `What changes in ${name}?`
    await page.getByRole('textbox', { name: 'Question', exact: true }).fill(question)
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
    const [part] = sentParts(upstream.requests, question)
    expect({ type: part?.type, fps: part?.fps }).toEqual({ type: 'video', fps: 2 })
    const colors = await Promise.all((part?.video ?? []).map((frame) => colorAt(toBytes(frame), 0.5, 0.5)))
    expect(colors).toEqual(['g', 'g', 'b', 'b', 'y', 'y'])
  })
}

test('a MOV filmed upright arrives upright; too many frames are refused with the rate that fits', async ({
  page,
  app,
  upstream,
}) => {
  await page.goto(app.url)
  await dispatchFile(page, 'drop', fixture('rotated.mov'), 'rotated.mov')
  const dialog = page.getByRole('dialog', { name: 'Choose what the model sees' })
  await expect(dialog.getByText('3.0 s · 6 frames')).toBeVisible()
  await dialog.getByRole('combobox', { name: 'Frames a second' }).selectOption('8')
  await expect(dialog.getByRole('button', { name: 'Use 24 frames' })).toBeDisabled()
  await dialog.getByRole('button', { name: 'Use 4 a second' }).click()
  await expect(dialog.getByRole('button', { name: 'Use 12 frames' })).toBeEnabled()
  await dialog.getByRole('combobox', { name: 'Frames a second' }).selectOption('2')
  await dialog.getByRole('button', { name: 'Use 6 frames' }).click()
  await expect(page.getByRole('button', { name: 'Trim rotated.mov' })).toBeVisible()
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Which side is up?')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
  const frame = toBytes(sentParts(upstream.requests, 'Which side is up?')[0]?.video?.[0] ?? '')
  expect(await sharp(frame).metadata()).toMatchObject({ width: 180, height: 320 })
  expect(await Promise.all([colorAt(frame, 0.5, 0.1), colorAt(frame, 0.5, 0.9)])).toEqual(['g', 'r'])
})

test('a video at an address is passed through with the rate that was chosen', async ({ page, app, upstream }) => {
  await page.goto(app.url)
  const field = page.getByRole('textbox', { name: 'Image or video URL' })
  await field.fill('https://media.example.com/fall.mp4')
  await field.press('Enter')
  await page.getByRole('combobox', { name: 'Frames a second' }).selectOption('4')
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('What falls there?')
  await expect(page.getByRole('combobox', { name: 'Frames a second' })).toHaveValue('4')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
  expect(sentParts(upstream.requests, 'What falls there?')[0]).toEqual({
    type: 'video_url',
    video_url: { url: 'https://media.example.com/fall.mp4' },
    fps: 4,
  })
})
