import { useState } from 'react'
import { useMessages } from '../language.tsx'
import { copyText } from './copy-text.ts'

export function CopyButton({ label, text }: { label: string; text: string }) {
  const messages = useMessages()
  const [isCopied, setCopied] = useState(false)
  const handleClick = async () => {
    await copyText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 1_500)
  }
  return (
    <button type="button" className="button" aria-label={label} onClick={() => void handleClick()}>
      {isCopied ? messages.copied : label}
    </button>
  )
}
