import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, startApp, test } from './support/app.ts'

test('kill -9 in the middle: every event a viewer saw is there after the next start', async ({ upstream }) => {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-kill-'))
  const env = { MODEL_BASE_URL: `${upstream.url}/v1` }
  const first = await startApp(dir, env)
  const made = await fetch(`${first.url}/api/runs`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ question: 'Survive [[slow]]' }),
  })
  const { id } = (await made.json()) as { id: string }
  const cookie = made.headers.get('set-cookie')?.split(';')[0] ?? ''
  const events = await fetch(`${first.url}/api/runs/${id}/events?after=0`, { headers: { cookie } })
  let seen = ''
  const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader()
  while (!/id:4\n/.test(seen)) seen += (await reader?.read())?.value ?? ''
  await first.end('SIGKILL')
  const second = await startApp(dir, env)
  await expect
    .poll(
      async () => {
        const run = await fetch(`${second.url}/api/runs/${id}`, { headers: { cookie } })
        return ((await run.json()) as { error?: { code: string } }).error?.code
      },
      { timeout: 6_000 },
    )
    .toBe('interrupted')
  const saved = await (await fetch(`${second.url}/api/runs/${id}/events?after=0`, { headers: { cookie } })).text()
  for (const line of seen.split('\n').filter((part) => part.startsWith('data:') && part.endsWith('}'))) {
    expect(saved).toContain(line)
  }
  await second.end('SIGTERM')
  rmSync(dir, { recursive: true, force: true })
})
