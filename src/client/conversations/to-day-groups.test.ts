import { expect, test } from 'vitest'
import { toDayGroups } from './to-day-groups.ts'

const at = (text: string) => ({ activeAt: new Date(text).getTime() })
const now = new Date('2026-11-25T09:00').getTime()
const items = [
  at('2026-11-25T08:59'),
  at('2026-11-25T00:00'),
  at('2026-11-24T23:59'),
  at('2026-11-20T12:00'),
  at('2025-12-31T12:00'),
]

test('items stand under today, yesterday or their date, in the reader’s language', () => {
  const english = toDayGroups(items, now, 'en')
  expect(english.map(({ label }) => label)).toEqual([
    'Today',
    'Yesterday',
    'Fri, November 20',
    'Wed, December 31, 2025',
  ])
  expect(english[0]?.items).toHaveLength(2)
  expect(toDayGroups(items, now, 'zh-CN').map(({ label }) => label)).toEqual([
    '今天',
    '昨天',
    '11月20日周五',
    '2025年12月31日周三',
  ])
})

test('a clock that runs behind the server’s makes nothing belong to tomorrow', () => {
  expect(toDayGroups([at('2026-11-26T01:00')], now, 'en').map(({ label }) => label)).toEqual(['Today'])
})
