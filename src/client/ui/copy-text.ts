/** Copies, by the old way where the browser withholds the clipboard (plain http). */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return await navigator.clipboard.writeText(text)
  const handle = (event: ClipboardEvent) => {
    event.preventDefault()
    event.clipboardData?.setData('text/plain', text)
  }
  document.addEventListener('copy', handle, { once: true })
  document.execCommand('copy')
  document.removeEventListener('copy', handle)
}
