import type { Settings } from '../settings.ts'
import type { Allowance, Allowances } from './ledger.ts'
import type { StorageAllowance } from './storage.ts'

/** For a server that others reach: a class of forty behind one address works, a machine that asks on and on does not. */
const open: Allowances = {
  visitor: { atOnce: 6, perMinute: 20, perDay: 300, tokensPerDay: 2_000_000 },
  address: { atOnce: 120, perMinute: 240, perDay: 4_000, tokensPerDay: 16_500_000 },
  all: { atOnce: 300, tokensPerDay: 20_000_000 },
}
/** For a server that only this machine reaches: whoever sits at it pays for it. */
const own: Allowances = { visitor: {}, address: {}, all: {} }

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

/** Whether the settings keep everybody out but this machine itself. */
export const isLoopbackOnly = ({ HOST, PUBLIC_URL, TRUST_PROXY, ALLOWED_HOSTS }: Settings): boolean =>
  loopback.has(HOST) && PUBLIC_URL === undefined && TRUST_PROXY.length === 0 && ALLOWED_HOSTS.length === 0

/** `isOwn`: for whoever sits at the machine that nobody else reaches. */
export function toAllowances(settings: Settings, isOwn = isLoopbackOnly(settings)): Allowances {
  const defaults = isOwn ? own : open
  const merge = (kind: keyof Allowances, prefix: 'VISITOR' | 'ADDRESS' | 'TOTAL'): Allowance => {
    const set = {
      atOnce: settings[`${prefix}_RUNS_AT_ONCE`],
      perMinute: settings[`${prefix}_RUNS_PER_MINUTE`],
      perDay: settings[`${prefix}_RUNS_PER_DAY`],
      tokensPerDay: settings[`${prefix}_TOKENS_PER_DAY`],
      costPerDay: settings[`${prefix}_COST_PER_DAY`],
    }
    const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined))
    const merged = Object.entries({ ...defaults[kind], ...given }).filter(([, value]) => value !== 0)
    return Object.fromEntries(merged) as Allowance
  }
  return { visitor: merge('visitor', 'VISITOR'), address: merge('address', 'ADDRESS'), all: merge('all', 'TOTAL') }
}

const megabyte = 1_000_000

/** How much may be stored; where only this machine reaches the server, as much as there is room for. */
export function toStorageAllowance(settings: Settings, isOwn = isLoopbackOnly(settings)): StorageAllowance {
  const usual = (value: number | undefined, ofOpen: number) => (value ?? (isOwn ? 0 : ofOpen)) * megabyte
  const set: Required<StorageAllowance> = {
    textOfVisitor: usual(settings.VISITOR_TEXT_MB, 200),
    addedOfAddress: usual(settings.ADDRESS_ADDED_MB_PER_DAY, 10_000),
    total: usual(settings.TOTAL_STORED_MB, 50_000),
  }
  return Object.fromEntries(Object.entries(set).filter(([, value]) => value !== 0)) as StorageAllowance
}
