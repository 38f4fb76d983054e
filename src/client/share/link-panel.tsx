import { useState } from 'react'
import type { Share } from '../../shared/share.ts'
import { useMessages } from '../i18n.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { QrCode } from '../ui/qr-code.tsx'

type Props = { share: Share; isBusy: boolean; onRevoke: () => void }

/** The link and the ways to hand it on. Browsers withhold the share sheet on plain http. */
export function LinkPanel({ share, isBusy, onRevoke }: Props) {
  const messages = useMessages()
  const words = messages.share
  const [now] = useState(Date.now)
  const isExpired = share.expiresAt !== null && share.expiresAt < now
  const [hasQr, setQr] = useState(false)
  const [isReplay, setReplay] = useState(false)
  const url = isReplay ? `${share.url}?replay` : share.url
  // A person who closes the sheet has not failed.
  const handleSheet = () => void navigator.share({ url: url }).catch(() => {})
  return (
    <div className="flex flex-col gap-3">
      <label className="flex flex-col gap-1">
        <span className="text-sm text-ink-soft">{words.link}</span>
        <input readOnly className="field w-full text-sm" value={url} onFocus={(event) => event.target.select()} />
      </label>
      <label className="flex min-h-8 items-center gap-3 text-sm">
        <input
          type="checkbox"
          className="size-5 accent-(--accent)"
          checked={isReplay}
          onChange={(event) => setReplay(event.target.checked)}
        />
        {words.openInReplay}
      </label>
      {isExpired && (
        <p role="note" className="rounded-xl border border-warn px-3 py-2 text-sm text-warn">
          {words.expiredHow}
        </p>
      )}
      {share.reach === 'this-computer' && (
        <p role="note" className="rounded-xl border border-warn px-3 py-2 text-sm text-warn">
          {words.loopback}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <CopyButton label={words.copyLink} text={url} />
        {'share' in navigator && (
          <button type="button" className="button" onClick={handleSheet}>
            {words.sheet}
          </button>
        )}
        <button type="button" className="button" aria-expanded={hasQr} onClick={() => setQr(!hasQr)}>
          {words.qr}
        </button>
        <a className="button" href={url} target="_blank" rel="noopener">
          {words.open}
        </a>
      </div>
      {hasQr && <QrCode text={url} label={words.qrOf(url)} />}
      <button type="button" className="button self-start text-warn" disabled={isBusy} onClick={onRevoke}>
        {words.revoke}
      </button>
      <p className="text-sm text-ink-soft">{words.sameLink}</p>
    </div>
  )
}
