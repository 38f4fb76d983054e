import { describe, expect, test } from 'vitest'
import { parseSettings } from './settings.ts'

const surroundings: [string, (text: string) => string][] = [
  ['nothing', (text) => text],
  ['a line end', (text) => `${text}\n`],
  ['a line end of Windows', (text) => `${text}\r\n`],
  ['a carriage return', (text) => `${text}\r`],
  ['blanks', (text) => ` ${text}\t `],
  ['a byte order mark', (text) => `\uFEFF${text}`],
  ['a mark without a width', (text) => `${text}\u200B`],
  ['quotes', (text) => `"${text}"`],
  ['single quotes', (text) => `'${text}'`],
  ['quotes and blanks', (text) => ` "${text} "\r\n`],
  ['curly quotes', (text) => `“${text}”`],
]
const names = ['DASHSCOPE_API_KEY', 'MODEL_API_KEY'] as const

describe.each(surroundings)('with %s around', (_name, surround) => {
  test.each(names)('%s is the bare key', (name) => {
    for (const key of ['sk-abcdef123456', 'sk-ws-a.b_c-d'])
      for (const before of ['', 'Bearer ', 'bearer  ', 'Authorization: Bearer '])
        expect(parseSettings({ [name]: surround(before + key) })[name]).toBe(key)
  })

  test.each([
    ['http://127.0.0.1:9/v1', 'http://127.0.0.1:9/v1'],
    ['http://127.0.0.1:9/v1/', 'http://127.0.0.1:9/v1'],
    ['http://127.0.0.1:9', 'http://127.0.0.1:9'],
    ['http://127.0.0.1:9/v1/chat/completions', 'http://127.0.0.1:9/v1'],
    ['http://127.0.0.1:9/v1/chat/completions/', 'http://127.0.0.1:9/v1'],
    ['https://a.example/v1/models', 'https://a.example/v1'],
    ['https://a.example/v1?api-version=2026-01-01', 'https://a.example/v1?api-version=2026-01-01'],
    ['https://a.example/v1/chat/completions?api-version=1#top', 'https://a.example/v1?api-version=1'],
    ['https://a.example/api/v1/services/aigc/multimodal-generation/generation', 'https://a.example'],
    ['https://user:pass@a.example/v1/', 'https://user:pass@a.example/v1'],
  ])('MODEL_BASE_URL %s is %s', (pasted, base) => {
    expect(parseSettings({ MODEL_BASE_URL: surround(pasted) }).MODEL_BASE_URL).toBe(base)
  })

  test('every other setting is read as well', () => {
    const settings = parseSettings({
      PORT: surround('8080'),
      DASHSCOPE_REGION: surround('tokyo'),
      DATA_DIR: surround('d'),
    })
    expect(settings).toMatchObject({ PORT: 8080, DASHSCOPE_REGION: 'tokyo', DATA_DIR: 'd' })
  })
})

test.each(['sk-a sk-b', 'sk-a\nsk-b', 'sk-ключ', 'sk-\u0007', 'sk-a\u00A0b'])(
  'a key that no header takes stops the start with its name, and without it: %j',
  (key) => {
    for (const name of names) {
      expect(() => parseSettings({ [name]: key })).toThrow(
        new RegExp(`^The setting ${name} is wrong: .*copy the key again`),
      )
      expect(() => parseSettings({ [name]: key })).not.toThrow(key)
    }
  },
)

test.each([
  ['MODEL_BASE_URL', 'api.example/v1', /write an http or https address/],
  ['MODEL_BASE_URL', 'ftp://api.example/v1', /write an http or https address/],
  ['PUBLIC_URL', 'https://x.example/math', /without a path/],
  ['HTTPS_PROXY', 'socks5://proxy.example', /address of an HTTP proxy/],
])('%s=%s stops the start with a sentence', (name, value, sentence) => {
  expect(() => parseSettings({ [name]: value })).toThrow(sentence)
})

test('what is empty but for blanks or quotes is absent', () => {
  for (const empty of ['', ' ', '\n', '""', "' '"])
    expect(parseSettings({ MODEL_API_KEY: empty }).MODEL_API_KEY).toBeUndefined()
})

test('proxies are read under the names and in the forms that other programs take', () => {
  expect(parseSettings({ https_proxy: 'proxy.example:8080', no_proxy: 'a.example, .b.example' })).toMatchObject({
    HTTPS_PROXY: 'http://proxy.example:8080',
    NO_PROXY: ['a.example', '.b.example'],
  })
  expect(parseSettings({ https_proxy: 'http://a', HTTPS_PROXY: 'http://b' }).HTTPS_PROXY).toBe('http://b')
})
