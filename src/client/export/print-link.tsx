import { useEffect, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Run } from '../../shared/run/run.ts'
import { listShares } from '../api/shares.ts'
import { useMessages } from '../i18n.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { onIdle } from '../ui/on-idle.ts'

const QrCode = lazyPart(async () => (await import('../ui/qr-code.tsx')).QrCode)

/** On paper only: the way to the link, where the conversation has one. */
export function PrintLink({ runs }: { runs: Run[] }) {
  const messages = useMessages()
  const [now] = useState(Date.now)
  // Nobody prints before the page has come to rest.
  const [isAtRest, setAtRest] = useState(false)
  useEffect(() => onIdle(() => setAtRest(true)), [])
  const shares = useQuery({
    queryKey: ['shares'],
    queryFn: listShares,
    enabled: isAtRest,
    staleTime: 60_000,
    retry: false,
  })
  const share = shares.data?.find(
    ({ run, expiresAt }) => runs.some(({ id }) => id === run) && (expiresAt === null || expiresAt > now),
  )
  if (!share) return null
  return (
    <p className="print-link hidden items-center gap-4 text-sm print:flex">
      <span className="w-28 shrink-0">
        <QrCode text={share.url} label={messages.exporting.link} />
      </span>
      <span className="break-all">{share.url}</span>
    </p>
  )
}
