import { useEffect, useRef } from 'react'
import { isEnded, type Run } from '../../shared/run/run.ts'
import { useMessages } from '../i18n.tsx'
import { notifiesEnd } from '../ui/notify.ts'

const setIcon = (path: string) => document.querySelector('link[rel=icon]')?.setAttribute('href', path)

/** The tab tells a live run and its end; a notification, where the person asked for one and looks elsewhere. */
export function usePageTitle(run: Run) {
  const messages = useMessages()
  const isLive = !isEnded(run)
  const wasLive = useRef(isLive)
  const question = run.question.slice(0, 60)
  const title = isLive
    ? messages.titleLive(question)
    : run.status === 'failed'
      ? messages.titleFailed(question)
      : messages.titleDone(question)

  useEffect(() => {
    document.title = title
    setIcon(isLive ? '/favicon-live.svg' : '/favicon.svg')
    return () => {
      document.title = messages.appName
      setIcon('/favicon.svg')
    }
  }, [isLive, title, messages])

  useEffect(() => {
    if (wasLive.current && !isLive && document.hidden && notifiesEnd()) new Notification(title)
    wasLive.current = isLive
  }, [isLive, title])
}
