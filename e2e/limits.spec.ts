import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, startApp, test } from './support/app.ts'

test('two instances on one database sell the last question of the day once, and the page keeps what was typed', async ({
  page,
  upstream,
}) => {
  test.setTimeout(120_000)
  const dir = mkdtempSync(join(tmpdir(), 'showwork-limits-'))
  const env = { MODEL_BASE_URL: `${upstream.url}/v1`, TOTAL_RUNS_PER_DAY: '4' }
  const apps = [await startApp(dir, env), await startApp(dir, env)]
  const ask = (index: number) =>
    fetch(`${apps[index % 2]?.url}/api/runs`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ question: 'Who is first?' }),
    })
  const first = await Promise.all([ask(0), ask(1), ask(0)])
  expect(first.map(({ status }) => status)).toEqual([201, 201, 201])
  const racing = await Promise.all(Array.from({ length: 24 }, (_, index) => ask(index)))
  expect(racing.filter(({ status }) => status === 201)).toHaveLength(1)
  const refused = racing.filter(({ status }) => status === 429)
  expect(refused).toHaveLength(23)
  for (const response of refused) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)

  await page.goto(apps[0]?.url ?? '')
  const question = page.getByRole('textbox', { name: 'Question', exact: true })
  await question.fill('One too many')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText(/used up.*Try again (at|in)/)
  await expect(question).toHaveValue('One too many')
  for (const app of apps) await app.end('SIGTERM')
  rmSync(dir, { recursive: true, force: true })
})
