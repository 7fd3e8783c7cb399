import { useInfiniteQuery } from '@tanstack/react-query'
import { queryKeys } from '../../api/queryKeys.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { useTitle } from '../../ui/useTitle.ts'
import { VirtualList } from '../../ui/VirtualList.tsx'
import { listProjects } from './calls.ts'
import { NewProjectForm } from './NewProjectForm.tsx'
import { ProjectRow } from './ProjectRow.tsx'
import './projects.css'

/** With more pages than this, the list is asked for again only when something in it was changed here. */
const PAGES_REFRESHED_MAX = 3

const STALE_MS = 5_000

export default function ProjectsPage() {
  useTitle('Projects')
  const query = useInfiniteQuery({
    queryKey: queryKeys.projects,
    queryFn: ({ pageParam }) => listProjects(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: ({ state }) => ((state.data?.pages.length ?? 0) > PAGES_REFRESHED_MAX ? Infinity : STALE_MS),
  })
  return (
    <main className="page projects" id="content">
      <div className="projects-head">
        <h1>Projects</h1>
        <NewProjectForm />
      </div>
      <VirtualList
        label="Projects"
        memoryKey="projects"
        query={query}
        itemsOf={(page) => page.projects}
        keyOf={(project) => project.id}
        estimatedHeight={218}
        gap={32}
        renderItem={(project) => <ProjectRow project={project} />}
        empty={
          <EmptyState>
            Nothing here yet. A project is a film in the making: give it a title above, then write what its
            first scene shows.
          </EmptyState>
        }
      />
    </main>
  )
}
