import { useEffect } from 'react'
import { isEnded, type Run } from '../../shared/run.ts'
import { useMessages } from '../language.tsx'
import { notifiesEnd } from '../ui/notify.ts'

/** The tab tells a live run and its end; a notification, where the person asked for one and looks elsewhere. */
export function usePageTitle(run: Run) {
  const messages = useMessages()
  const isLive = !isEnded(run)
  const question = run.question.slice(0, 60)
  useEffect(() => {
    document.title = isLive ? messages.titleLive(question) : messages.titleDone(question)
    document.querySelector('link[rel=icon]')?.setAttribute('href', isLive ? '/favicon-live.svg' : '/favicon.svg')
    return () => {
      document.title = messages.appName
      document.querySelector('link[rel=icon]')?.setAttribute('href', '/favicon.svg')
    }
  }, [isLive, question, messages])
  useEffect(() => {
    if (!isLive) return
    return () => {
      if (document.hidden && notifiesEnd()) new Notification(messages.statusFinished, { body: question })
    }
  }, [isLive, question, messages])
}
