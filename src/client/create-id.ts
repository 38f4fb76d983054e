/** 128 random bits in hex; `crypto.randomUUID` is withheld on plain-http addresses of a local network. */
export const createId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
