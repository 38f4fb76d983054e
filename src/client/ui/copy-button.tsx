import { useState } from 'react'
import { useMessages } from '../i18n.tsx'
import { copyText } from './copy-text.ts'

type Props = {
  label: string
  text: string
  /** The same as rich text, worked out when asked for. */
  toHtml?: () => Promise<string>
}

export function CopyButton({ label, text, toHtml }: Props) {
  const messages = useMessages()
  const [isCopied, setCopied] = useState(false)
  const handleClick = async () => {
    await copyText(text, await toHtml?.())
    setCopied(true)
    setTimeout(() => setCopied(false), 1_500)
  }
  return (
    <button type="button" className="button" aria-label={label} onClick={() => void handleClick()}>
      {isCopied ? messages.copied : label}
    </button>
  )
}
