const internalZone = /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)$/

/**
 * Whether a host name can only mean something inside a network: one without a dot, or below a name that nobody can
 * register. Addresses are none.
 */
export function isInternalName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.+$/, '')
  return !/[.:]/.test(name) || internalZone.test(name)
}
