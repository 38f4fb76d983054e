import { describe, expect, test } from 'vitest'
import { createTrust, isRange, readClient, toSubnet } from './client-address.ts'

const read = (
  peer: string | undefined,
  headers: Record<string, string>,
  trusted: string[] = [],
  secureHost?: string,
  httpVersion = '1.1',
) => {
  const request = { peer, url: 'http://app.example/', httpVersion, header: (name: string) => headers[name] }
  return readClient(request, createTrust(trusted), secureHost)
}

describe('the client’s address', () => {
  test('is the socket’s, whatever an untrusted client claims', () => {
    const claims = { 'x-forwarded-for': '1.1.1.1', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' }
    expect(read('203.0.113.9', claims)).toEqual({
      address: '203.0.113.9',
      isLoopback: false,
      isRelayed: true,
      isSecure: false,
      host: 'app.example',
    })
  })
  test.each([
    ['1.1.1.1', '1.1.1.1'],
    ['6.6.6.6, 1.1.1.1', '1.1.1.1'],
    ['6.6.6.6, 1.1.1.1, 10.1.1.1', '1.1.1.1'],
    ['1.1.1.1:4711', '1.1.1.1'],
    ['[2606:4700::1]:4711', '2606:4700::1'],
    ['2606:4700::1', '2606:4700::1'],
    ['::ffff:1.1.1.1', '1.1.1.1'],
    ['nonsense', '10.0.0.2'],
    ['1.1.1.1, nonsense', '10.0.0.2'],
    ['', '10.0.0.2'],
  ])('behind trusted proxies %j is %s', (forwarded, address) => {
    expect(read('::ffff:10.0.0.2', { 'x-forwarded-for': forwarded }, ['10.0.0.0/8']).address).toBe(address)
  })
  test('comes with the proxy’s host and scheme', () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'work.example', host: '127.0.0.1:3000' }
    expect(read('127.0.0.1', headers, ['127.0.0.1'])).toMatchObject({ isSecure: true, host: 'work.example' })
  })
  test('under the name of an https PUBLIC_URL everybody comes over TLS', () => {
    expect(read('9.9.9.9', { host: 'work.example' }, [], 'work.example').isSecure).toBe(true)
    expect(read('9.9.9.9', { host: '10.0.0.2:3000' }, [], 'work.example').isSecure).toBe(false)
  })
})

test('loopback is this machine itself, not somebody behind a proxy on it', () => {
  expect(read('127.0.0.1', {}).isLoopback).toBe(true)
  expect(read('::1', {}).isLoopback).toBe(true)
  expect(read('::ffff:127.0.0.1', {}).isLoopback).toBe(true)
  expect(read('127.0.0.1', { 'x-forwarded-for': '127.0.0.1' }).isLoopback).toBe(false)
  expect(read('127.0.0.1', { via: '1.1 proxy' }).isLoopback).toBe(false)
  expect(read('127.0.0.1', { 'x-forwarded-for': '9.9.9.9' }, ['127.0.0.1']).isLoopback).toBe(false)
  expect(read('127.0.0.1', { 'x-forwarded-proto': 'https' }).isLoopback).toBe(false)
  // As nginx asks where it is told nothing: the address it was given for a host, and not a word of who asks.
  expect(read('127.0.0.1', { host: '127.0.0.1:3000', connection: 'close' }, [], undefined, '1.0').isLoopback).toBe(
    false,
  )
  expect(read('127.0.0.1', {}, ['127.0.0.1'], undefined, '1.0').isLoopback).toBe(true)
  expect(read('10.0.0.1', {}).isLoopback).toBe(false)
  expect(read(undefined, {}).isLoopback).toBe(false)
})

test('an IPv6 household counts as one, an IPv4 address as itself', () => {
  expect(toSubnet('2606:4700:1:2:3:4:5:6')).toBe(toSubnet('2606:4700:1:2::9'))
  expect(toSubnet('2606:4700:1:2::1')).not.toBe(toSubnet('2606:4700:1:3::1'))
  expect(toSubnet('::ffff:1.2.3.4')).toBe('1.2.3.4')
})

test('a range is an address or a CIDR block', () => {
  expect(['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'].every(isRange)).toBe(true)
  expect(['proxy', '10.0.0.0/33', ''].some(isRange)).toBe(false)
})
