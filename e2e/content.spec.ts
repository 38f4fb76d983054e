import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { expect, startApp, test as base } from './support/app.ts'
import { findStrange, openContext, openWatchedBrowser, startHostileUpstream } from './support/hostile.ts'
import { html, toTexts, vectors } from './support/vectors.ts'

const texts = toTexts(3)

type Hostile = { url: string; watched: Awaited<ReturnType<typeof openWatchedBrowser>> }
const test = base.extend<object, { hostile: Hostile }>({
  hostile: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const dir = mkdtempSync(join(tmpdir(), 'showwork-hostile-'))
      const upstream = await startHostileUpstream(texts)
      const models = vectors.slice(0, 60).map((label, index) => ({
        id: `m${index}`,
        label,
        thinking: 'switchable',
        thinkingDefault: true,
        switch: 'none',
        media: ['image'],
      }))
      writeFileSync(join(dir, 'models.json'), JSON.stringify(models))
      const app = await startApp(dir, {
        MODEL_BASE_URL: `${upstream.url}/v1`,
        MODELS_FILE: join(dir, 'models.json'),
        DEFAULT_MODEL: 'm0',
      })
      const watched = await openWatchedBrowser()
      await use({ url: app.url, watched })
      await watched.close()
      await app.end('SIGTERM')
      upstream.close()
      rmSync(dir, { recursive: true, force: true })
    },
    { scope: 'worker' },
  ],
})

/** Asks through the page's own origin, as the composer does. */
const ask = (page: Page, question: string) =>
  page.evaluate(async (text) => {
    const body = JSON.stringify({ question: text })
    const response = await fetch('/api/runs', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
    return ((await response.json()) as { id: string }).id
  }, question)

for (const hasPolicy of [true, false]) {
  test(`${vectors.length} vectors run nothing and fetch nothing ${hasPolicy ? 'under the policy' : 'without it'}`, async ({
    hostile,
  }) => {
    test.setTimeout(240_000)
    expect(new Set(vectors).size).toBeGreaterThanOrEqual(300)
    const { context, hits, strays } = await openContext(hostile.watched.browser, hostile.url, hasPolicy)
    const before = hostile.watched.connections()

    async function play(index: number) {
      const page = await context.newPage()
      await page.goto(hostile.url)
      // Question, thinking and answer, while they grow and after a reload.
      const id = await ask(page, `#${index}#\n\n${texts[index]}`)
      await page.goto(`${hostile.url}/r/${id}`)
      for (const visit of ['live', 'reloaded']) {
        await expect(page.getByRole('button', { name: 'Copy answer' })).toBeVisible({ timeout: 45_000 })
        await expect(page.getByRole('region', { name: 'Thinking' })).toBeVisible()
        expect(await findStrange(page), visit).toEqual([])
        if (visit === 'live') await page.reload()
      }
      await page.goto(`${hostile.url}/r/${id}?replay`)
      await page.getByRole('combobox', { name: 'Speed' }).selectOption('Instant')
      await expect(page.getByRole('region', { name: 'Answer' })).toBeVisible()
      expect(await findStrange(page), 'replayed').toEqual([])
      await page.close()
    }
    for (let from = 0; from < texts.length; from += 3) {
      await Promise.all([0, 1, 2].map((offset) => play(from + offset)))
    }

    // Errors of the model, the history, labels of models, names of files.
    const page = await context.newPage()
    await page.goto(hostile.url)
    const failed = await Promise.all(texts.map((_text, index) => ask(page, `#${index}# #fail#`)))
    for (const id of failed.slice(0, 3)) {
      await page.goto(`${hostile.url}/r/${id}`)
      await expect(page.getByRole('alert')).toBeVisible()
      expect(await findStrange(page)).toEqual([])
    }
    await page.getByRole('button', { name: 'History' }).click()
    await expect(page.getByRole('dialog', { name: 'History' }).getByText('<img').first()).toBeVisible()
    expect(await findStrange(page)).toEqual([])
    await page.goto(hostile.url)
    await expect(page.getByRole('textbox', { name: 'Question', exact: true })).toBeVisible()
    await page.evaluate(
      (names) => {
        const transfer = new DataTransfer()
        for (const name of names) transfer.items.add(new File(['<svg onload=__hit(0)>'], name, { type: 'image/png' }))
        document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }))
      },
      html.slice(0, 60),
    )
    await expect(page.getByRole('alert').getByText('<img').first()).toBeVisible()
    expect(await findStrange(page)).toEqual([])

    expect(hits).toEqual([])
    expect(strays).toEqual([])
    expect(hostile.watched.connections() - before).toBe(0)
    await context.close()
  })
}

test('the canary sings: taken for HTML, the same vectors run and fetch', async ({ hostile }) => {
  const { context, hits, strays } = await openContext(hostile.watched.browser, hostile.url, false)
  const before = hostile.watched.connections()
  const page = await context.newPage()
  await page.goto(hostile.url)
  const staying = html.filter((text) => !/refresh|<base|submit|<form/.test(text))
  await page.evaluate((all) => {
    document.body.replaceChildren(
      ...all.map((text) => {
        const place = document.createElement('div')
        // Without the policy there are no Trusted Types to refuse it.
        place.innerHTML = text
        return place
      }),
    )
  }, staying)
  await expect.poll(() => hits.length).toBeGreaterThan(15)
  await expect.poll(() => strays.length).toBeGreaterThan(15)
  await expect.poll(() => hostile.watched.connections() - before).toBeGreaterThan(0)
  expect((await findStrange(page)).length).toBeGreaterThan(100)
  await context.close()
})
