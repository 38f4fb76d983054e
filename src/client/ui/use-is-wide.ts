import { useSyncExternalStore } from 'react'

const query = matchMedia('(min-width: 900px)')
const subscribe = (onChange: () => void) => {
  query.addEventListener('change', onChange)
  return () => query.removeEventListener('change', onChange)
}

/** Whether thinking and answer stand side by side. */
export const useIsWide = () => useSyncExternalStore(subscribe, () => query.matches)
