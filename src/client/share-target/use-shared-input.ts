import { useEffect, useEffectEvent } from 'react'
import { ApiError } from '../api/request.ts'
import { withText } from '../composer/draft.ts'
import type { DraftState } from '../composer/use-draft.ts'
import { useMessages } from '../i18n.tsx'
import { takeReceived } from './shared-input.ts'

/** Puts what another app shared into the question. */
export function useReceived({ addFiles, refuse, update }: DraftState) {
  const messages = useMessages()
  const take = useEffectEvent(async () => {
    const id = new URLSearchParams(location.search).get('received')
    if (id === null) return
    history.replaceState(history.state, '', location.pathname)
    const received = await takeReceived(id).catch(() => undefined)
    if (!received) return refuse(messages.sharedWithUs, new ApiError('not-received', ''))
    const { files, text } = received
    if (text !== '') update((before) => withText(before, text))
    await addFiles(files)
  })
  useEffect(() => void take(), [])
}
