const calls = new Set(['connect', 'getaddrinfo'])

/** Whether a request failed before anything of it was sent: no address, no connection, or none through the proxy. */
export function isUnsent(error: unknown): boolean {
  // Of several addresses.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isUnsent)
  const { code, syscall } = error as { code?: string; syscall?: string }
  return code === 'EPROXY' || calls.has(syscall ?? '')
}
