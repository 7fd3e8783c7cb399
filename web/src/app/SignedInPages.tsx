import { lazy, Suspense } from 'react'
import { Link, Redirect, Route, Switch, useLocation } from 'wouter'
import { useTitle } from '../ui/useTitle.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { useScrollToTop } from './useScrollToTop.ts'
import { TopBar } from './TopBar.tsx'

const ProjectsPage = lazy(() => import('../features/projects/ProjectsPage.tsx'))
const ProjectPage = lazy(() => import('../features/projects/ProjectPage.tsx'))

export function SignedInPages() {
  const [path] = useLocation()
  const page = pageOf(path)
  useScrollToTop(page)
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <TopBar />
      <ErrorBoundary key={page}>
        <Suspense fallback={<main className="page" aria-busy="true" />}>
          <Switch>
            <Route path="/sign-in">
              <Redirect to="/" replace />
            </Route>
            <Route path="/register">
              <Redirect to="/" replace />
            </Route>
            <Route path="/">
              <ProjectsPage />
            </Route>
            <Route path="/projects/:projectId/scenes/:sceneId">
              {({ projectId, sceneId }) => (
                <ProjectPage key={projectId} projectId={projectId} sceneId={sceneId} />
              )}
            </Route>
            <Route path="/projects/:projectId">
              {({ projectId }) => <ProjectPage key={projectId} projectId={projectId} sceneId={undefined} />}
            </Route>
            <Route>
              <NotFound />
            </Route>
          </Switch>
        </Suspense>
      </ErrorBoundary>
    </>
  )
}

/** Scenes of one project are one page, so that going from scene to scene keeps what it shows. */
function pageOf(path: string): string {
  return path.split('/').slice(0, 3).join('/')
}

function NotFound() {
  useTitle('Not found')
  return (
    <main className="page page-message" id="content">
      <h1>There is no such page</h1>
      <p>
        The address may be mistyped. <Link href="/">Your projects</Link> are where they were.
      </p>
    </main>
  )
}
