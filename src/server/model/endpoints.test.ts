import { expect, test } from 'vitest'
import { isDashScope, keyFor, regions, toBaseUrl } from './endpoints.ts'

const keys = { DASHSCOPE_API_KEY: 'dash', MODEL_API_KEY: 'other' }

test.each(regions)('the %s region’s addresses are DashScope’s own and get its key', (region) => {
  for (const protocol of ['openai', 'dashscope'] as const) {
    const url = toBaseUrl(region, protocol, 'ws-1')
    expect(isDashScope(url)).toBe(true)
    expect(keyFor(url, keys)).toBe('dash')
  }
})

test('frankfurt and tokyo need a workspace, and a workspace cannot name another host', () => {
  expect(() => toBaseUrl('frankfurt', 'openai')).toThrow(/workspace/)
  expect(() => toBaseUrl('tokyo', 'openai')).toThrow(/workspace/)
  expect(() => toBaseUrl('beijing', 'openai', 'evil.example/#')).toThrow(/workspace/)
})

test.each([
  'http://dashscope.aliyuncs.com/compatible-mode/v1',
  'https://dashscope.aliyuncs.com.evil.example/v1',
  'https://evil-dashscope.aliyuncs.com/v1',
  'https://bucket.oss-cn-beijing.aliyuncs.com/v1',
  'https://maas.aliyuncs.com.evil.example/v1',
  'https://evil.example/dashscope.aliyuncs.com',
  'http://127.0.0.1:11434/v1',
  'nonsense',
])('%s never gets DashScope’s key', (url) => {
  expect(isDashScope(url)).toBe(false)
  expect(keyFor(url, keys)).toBe('other')
})
