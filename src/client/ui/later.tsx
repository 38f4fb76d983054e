import { lazy, Suspense, useState, type ComponentType } from 'react'
import { useMessages } from '../language.tsx'
import { MayFail } from './may-fail.tsx'

/** Stands in for a part that is on its way. */
export function Loading() {
  return <p className="text-ink-soft">{useMessages().loading}</p>
}

/**
 * A component that is fetched when it is first shown, with `Waiting` in its place until then. One that does not come,
 * without a network or from a server that has a newer version by now, takes nothing else of the page with it.
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Waiting: ComponentType = () => null,
): ComponentType<Props> {
  const fetchLater = () =>
    lazy(async () => {
      try {
        return { default: await load() }
      } catch (error) {
        // This one stays failed: who shows it next begins anew.
        latest = fetchLater()
        throw error
      }
    })
  let latest = fetchLater()
  return function Later(props: Props) {
    const [Loaded, setLoaded] = useState(() => latest)
    const { onClose, onCancel = onClose } = props as { onClose?: () => void; onCancel?: () => void }
    return (
      <MayFail onAgain={() => setLoaded(() => latest)} onClose={onCancel}>
        <Suspense fallback={<Waiting />}>
          <Loaded {...props} />
        </Suspense>
      </MayFail>
    )
  }
}
