import { useMessages } from '../i18n.tsx'

/** Stands in for a page; what stands below is not shown before its place is known. */
export const PageLoading = () => (
  <p data-loading="" className="mx-auto my-16 text-ink-soft">
    {useMessages().loading}
  </p>
)
