import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { Dashboard } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { Count } from '../../ui/Count.tsx'
import { formatCount } from '../../ui/format.ts'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { useTitle } from '../../ui/useTitle.ts'
import { findDashboard } from '../accounts/calls.ts'
import { NewProjectForm } from '../projects/NewProjectForm.tsx'
import { ContinueWith } from './ContinueWith.tsx'
import { FirstFilm } from './FirstFilm.tsx'
import { ProjectLine } from './ProjectLine.tsx'
import { RecentClip } from './RecentClip.tsx'
import './dashboard.css'

/** Projects named here; all of them are a page of their own. */
const PROJECTS_MAX = 6

/** What somebody who comes back wants: to go on. */
export default function DashboardPage() {
  useTitle(undefined)
  const { data, error, refetch } = useQuery({ queryKey: queryKeys.dashboard, queryFn: findDashboard })
  if (data === undefined) {
    return (
      <main className="page dashboard" id="content" aria-busy={error === null}>
        {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      </main>
    )
  }
  const [current, ...others] = data.projects
  return (
    <main className="page dashboard" id="content">
      {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {current === undefined ? <FirstFilm /> : <ContinueWith key={current.id} project={current} />}
      {data.recentGenerations.length > 0 && (
        <section className="dashboard-clips" aria-labelledby="clips-title">
          <h2 id="clips-title">Recent clips</h2>
          <ul>
            {data.recentGenerations.map((generation) => (
              <li key={generation.id}>
                <RecentClip generation={generation} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className="dashboard-rest">
        <section className="dashboard-projects" aria-labelledby="projects-title">
          <div className="dashboard-section-head">
            <h2 id="projects-title">Projects</h2>
            {current !== undefined && <Link href="/projects">All projects</Link>}
          </div>
          <NewProjectForm />
          {others.length > 0 && (
            <ul className="dashboard-lines">
              {others.slice(0, PROJECTS_MAX).map((project) => (
                <ProjectLine key={project.id} project={project} />
              ))}
            </ul>
          )}
        </section>
        <Account dashboard={data} />
      </div>
    </main>
  )
}

/** What one has to spend, and what was said meanwhile. */
function Account({ dashboard: { credits, unreadNotifications: unread } }: { dashboard: Dashboard }) {
  return (
    <aside className="dashboard-account" aria-label="Your account">
      <section>
        <h2>
          <Link href="/credits">Credits</Link>
        </h2>
        <p>
          <span className="figures">{formatCount(credits.balance)}</span> to spend
          {credits.reserved > 0 && (
            <>
              , <span className="figures">{formatCount(credits.reserved)}</span> reserved for clips that are
              being made
            </>
          )}
          .
        </p>
      </section>
      <section>
        <h2>
          <Link href="/notifications">Notifications</Link>
        </h2>
        <p>{unread === 0 ? 'You have read them all.' : <Count of="unread notification">{unread}</Count>}</p>
      </section>
    </aside>
  )
}
