import type { Run } from '../src/shared/run/run.ts'
import { expect, test } from './support/app.ts'

test('the same key twenty times at once: one run, one call to the model; a lost reply asked again likewise', async ({
  app,
  upstream,
}) => {
  const config = await fetch(`${app.url}/api/config`)
  const cookie = config.headers.get('set-cookie')?.split(';')[0] ?? ''
  const question = `Only once ${crypto.randomUUID()}`
  const send = async (text = question) =>
    await fetch(`${app.url}/api/runs`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', cookie },
      body: JSON.stringify({ question: text, key: question }),
    })
  const replies = await Promise.all(Array.from({ length: 20 }, () => send()))
  expect(replies.map(({ status }) => status).toSorted()).toEqual([...Array<number>(19).fill(200), 201])
  const runs = await Promise.all(replies.map(async (reply) => (await reply.json()) as Run))
  expect(new Set(runs.map(({ id }) => id)).size).toBe(1)
  // Whoever follows sees the end; asked once more after it, it is still the same run.
  await (await fetch(`${app.url}/api/runs/${runs[0]?.id}/events`, { headers: { cookie } })).text()
  const late = await send()
  expect(late.status).toBe(200)
  expect(await late.json()).toMatchObject({ id: runs[0]?.id, status: 'finished' })
  expect((await send('something else')).status).toBe(409)
  expect(upstream.requests.filter(({ body }) => JSON.stringify(body ?? '').includes(question))).toHaveLength(1)
})
