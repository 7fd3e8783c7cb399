import { useInfiniteQuery } from '@tanstack/react-query'
import type { Project } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { Button } from '../../ui/Button.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { useNow } from '../../ui/useNow.ts'
import { useTitle } from '../../ui/useTitle.ts'
import { listProjects } from './calls.ts'
import { NewProjectForm } from './NewProjectForm.tsx'
import { ProjectRow } from './ProjectRow.tsx'
import './projects.css'

/** How often the list is asked for again while something on it is being made. */
const REFRESH_MS = 4_000

export default function ProjectsPage() {
  useTitle('Projects')
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery({
      queryKey: queryKeys.projects,
      queryFn: ({ pageParam }) => listProjects(pageParam),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      refetchInterval: ({ state }) =>
        state.data?.pages.some((page) => page.projects.some(isMoving)) === true ? REFRESH_MS : false,
    })
  const nowMs = useNow(true, 30_000)
  const projects = data?.pages.flatMap((page) => page.projects) ?? []

  return (
    <main className="page projects" id="content" aria-busy={isPending}>
      <div className="projects-head">
        <h1>Projects</h1>
        <NewProjectForm />
      </div>
      {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data !== undefined && projects.length === 0 && (
        <p className="projects-empty">
          Nothing here yet. A project is a film in the making: give it a title above, then write what its
          first scene shows.
        </p>
      )}
      <ul className="projects-list">
        {projects.map((project) => (
          <ProjectRow key={project.id} project={project} nowMs={nowMs} />
        ))}
      </ul>
      {hasNextPage && (
        <Button isPending={isFetchingNextPage} pendingWords="Loading" onClick={() => void fetchNextPage()}>
          Show more projects
        </Button>
      )}
    </main>
  )
}

function isMoving(project: Project): boolean {
  return project.scenes.some(
    ({ latestGeneration: latest }) => latest?.status === 'queued' || latest?.status === 'processing',
  )
}
