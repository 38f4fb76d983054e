/** Where a link may lead. */
export const isSafeUrl = (url: string) => /^(https?:|mailto:)/i.test(url)
