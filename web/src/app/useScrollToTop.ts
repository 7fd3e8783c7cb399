import { useEffect, useRef } from 'react'

/** Starts a page that one goes to at its top; going back leaves it to the browser, which knows the old place. */
export function useScrollToTop(page: string): void {
  const wentBack = useRef(false)
  const shown = useRef(page)

  useEffect(() => {
    const note = () => {
      wentBack.current = true
    }
    window.addEventListener('popstate', note)
    return () => window.removeEventListener('popstate', note)
  }, [])

  useEffect(() => {
    if (shown.current === page) return
    shown.current = page
    if (!wentBack.current) window.scrollTo(0, 0)
    wentBack.current = false
  }, [page])
}
