/** Copies, by the old way where the browser withholds the clipboard (plain http); `html` for programs that take it. */
export async function copyText(text: string, html?: string): Promise<void> {
  if (navigator.clipboard) {
    if (html === undefined) return await navigator.clipboard.writeText(text)
    const toBlob = (type: string, content: string) => new Blob([content], { type })
    const flavours = { 'text/plain': toBlob('text/plain', text), 'text/html': toBlob('text/html', html) }
    return await navigator.clipboard.write([new ClipboardItem(flavours)])
  }
  const handle = (event: ClipboardEvent) => {
    event.preventDefault()
    event.clipboardData?.setData('text/plain', text)
    if (html !== undefined) event.clipboardData?.setData('text/html', html)
  }
  document.addEventListener('copy', handle, { once: true })
  document.execCommand('copy')
  document.removeEventListener('copy', handle)
}
