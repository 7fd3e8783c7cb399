import { createElement, Suspense, use, useEffect, useLayoutEffect } from 'react'
import { Link, Redirect, useLocation } from 'wouter'
import type { User } from '../api/model.ts'
import { ANNOUNCER_ID } from '../ui/announce.ts'
import { useTitle } from '../ui/useTitle.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { findPage, type FoundPage } from './findPage.ts'
import { routes } from './routes.tsx'
import { TopBar } from './TopBar.tsx'
import { useArrival } from './useArrival.ts'
import { usePalette } from './usePalette.tsx'

/** Addresses of somebody who is not signed in. */
const ACCOUNT_PATHS: readonly string[] = ['/sign-in', '/register']

export function SignedInPages({ user }: { user: User }) {
  const [path] = useLocation()
  const found = findPage(routes, path, user.role)
  usePreloading(user.role)
  useArrival(path, found?.key ?? path, found?.route.title ?? 'Not found')
  const { palette, open } = usePalette(user)
  if (ACCOUNT_PATHS.includes(path)) return <Redirect to="/" replace />
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <TopBar user={user} onSearch={open} />
      {found === undefined ? <NotFound /> : <PageFrame key={found.key} found={found} />}
      {palette}
      <div id={ANNOUNCER_ID} className="visually-hidden" role="status" />
    </>
  )
}

function PageFrame({ found }: { found: FoundPage }) {
  const { page, title } = found.route
  useLayoutEffect(() => {
    // A page that knows more, such as what its project is called, says so itself afterwards.
    document.title = `${title} · Vitascope`
  }, [title])
  // Going away and coming back is another attempt.
  useEffect(() => () => page.forgetFailure(), [page])
  return (
    <ErrorBoundary onRetry={() => page.forgetFailure()}>
      <Suspense fallback={<main className="page" id="content" aria-busy="true" />}>
        <PageBody found={found} />
      </Suspense>
    </ErrorBoundary>
  )
}

function PageBody({ found }: { found: FoundPage }) {
  const { page } = found.route
  return createElement(page.component ?? use(page.load()), found.params)
}

/** Fetches the code of a page when its link is pointed at or reached by keyboard, whoever drew the link. */
function usePreloading(role: User['role']): void {
  useEffect(() => {
    const preload = ({ target }: Event) => {
      const link = target instanceof Element ? target.closest('a') : null
      if (link?.origin !== window.location.origin) return
      void findPage(routes, link.pathname, role)?.route.page.load()
    }
    document.addEventListener('pointerover', preload, { passive: true })
    document.addEventListener('focusin', preload)
    return () => {
      document.removeEventListener('pointerover', preload)
      document.removeEventListener('focusin', preload)
    }
  }, [role])
}

function NotFound() {
  useTitle('Not found')
  return (
    <main className="page page-message" id="content">
      <h1>There is no such page</h1>
      <p>
        The address may be mistyped. <Link href="/">Your work</Link> is where it was.
      </p>
    </main>
  )
}
