import { useEffect, useState, type ComponentType } from 'react'
import { useMessages } from '../i18n.tsx'
import { MayFail } from './error-boundary.tsx'

/** Stands in for a part that is on its way. */
export function Loading() {
  return <p className="text-ink-soft">{useMessages().loading}</p>
}

type Later<Props> = ComponentType<Props> & {
  /** Fetches the part ahead of its turn. Rejects if it does not come. */
  preload: () => Promise<void>
}

/**
 * A component that is fetched when it is first shown, with `Waiting` in its place until then; once it is there it
 * renders at once. One that does not come, without a network or from a server that has a newer version by now, takes
 * nothing else of the page with it.
 *
 * It does not suspend: React keeps content back for 300 ms after it has shown a fallback.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Waiting: ComponentType = () => null,
): Later<Props> {
  let loaded: ComponentType<Props> | undefined
  let loading: Promise<void> | undefined
  const preload = () =>
    (loading ??= load().then(
      (component) => {
        loaded = component
      },
      (error: unknown) => {
        // Whoever asks next begins anew.
        loading = undefined
        throw error
      },
    ))

  function Part(props: Props) {
    const [failure, setFailure] = useState<{ error: unknown }>()
    const [Loaded, setLoaded] = useState(() => loaded)
    useEffect(() => {
      if (Loaded) return
      let isGone = false
      preload().then(
        () => isGone || setLoaded(() => loaded),
        (error: unknown) => isGone || setFailure({ error }),
      )
      return () => {
        isGone = true
      }
    }, [Loaded])
    if (failure) throw failure.error
    return Loaded ? <Loaded {...props} /> : <Waiting />
  }

  function Later(props: Props) {
    const { onClose, onCancel = onClose } = props as { onClose?: () => void; onCancel?: () => void }
    return (
      <MayFail onClose={onCancel}>
        <Part {...props} />
      </MayFail>
    )
  }
  return Object.assign(Later, { preload })
}
