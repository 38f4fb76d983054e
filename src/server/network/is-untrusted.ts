const ofTls = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|HOSTNAME_MISMATCH|^ERR_SSL|^ERR_TLS|^EPROTO$/

/** Whether a connection failed because TLS could not be agreed on: trying again changes nothing. */
export const isUntrusted = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && ofTls.test(String(error.code))
