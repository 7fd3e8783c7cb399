import { useQuery } from '@tanstack/react-query'
import { Link, useLocation, useSearch } from 'wouter'
import type { Scene } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { Icon } from '../../ui/Icon.tsx'
import { CalmNotice, ErrorNotice } from '../../ui/Notice.tsx'
import { useTitle } from '../../ui/useTitle.ts'
import { ExportPanel } from '../exports/ExportPanel.tsx'
import { NewScene } from '../scenes/NewScene.tsx'
import { neighbourOf } from '../scenes/order.ts'
import { NEW_SCENE, SceneStrip } from '../scenes/SceneStrip.tsx'
import { SceneWorkspace } from '../scenes/SceneWorkspace.tsx'
import { useSceneActions, useScenes } from '../scenes/useScenes.ts'
import { TemplateStart } from '../templates/TemplateStart.tsx'
import { findProject } from './calls.ts'
import { editorAddress, parseView } from './editorAddress.ts'
import { ProjectHeader } from './ProjectHeader.tsx'
import './project.css'

interface ProjectPageProps {
  projectId: string
  /** The scene on the table; `new` for one to be written; the first one when the address names none. */
  sceneId?: string | undefined
}

export default function ProjectPage({ projectId, sceneId }: ProjectPageProps) {
  const project = useQuery({ queryKey: queryKeys.project(projectId), queryFn: () => findProject(projectId) })
  const scenes = useScenes(projectId)
  const actions = useSceneActions(projectId)
  useTitle(project.data?.title)
  const list = scenes.data ?? []
  const isNew = sceneId === NEW_SCENE || (scenes.data !== undefined && list.length === 0)
  const active = isNew ? undefined : (list.find((scene) => scene.id === sceneId) ?? list[0])
  const isGone = sceneId !== undefined && !isNew && active !== undefined && active.id !== sceneId

  return (
    <main className="page project" id="content" aria-busy={project.isPending || scenes.isPending}>
      <nav aria-label="Where you are">
        <Link href="/projects" className="back small">
          <Icon name="left" />
          Projects
        </Link>
      </nav>
      {project.error !== null && <ErrorNotice error={project.error} onRetry={() => void project.refetch()} />}
      {project.data !== undefined && <ProjectHeader project={project.data} scenes={list} />}
      {scenes.error !== null && <ErrorNotice error={scenes.error} onRetry={() => void scenes.refetch()} />}
      {scenes.isPending && <div className="storyboard film storyboard-waiting" aria-hidden="true" />}
      {list.length > 0 && (
        <SceneStrip
          projectId={projectId}
          scenes={list}
          activeId={active?.id ?? NEW_SCENE}
          actions={actions}
        />
      )}
      {isGone && <CalmNotice>The scene of this address is no longer here. This is the first one.</CalmNotice>}
      {scenes.data !== undefined && (
        <Table projectId={projectId} scenes={list} active={active} actions={actions} />
      )}
      {list.length > 0 && <ExportPanel projectId={projectId} scenes={list} />}
    </main>
  )
}

interface TableProps {
  projectId: string
  scenes: Scene[]
  /** None while a new one is written. */
  active: Scene | undefined
  actions: ReturnType<typeof useSceneActions>
}

/** What lies on the table: a scene, or a new one to be written. */
function Table({ projectId, scenes, active, actions }: TableProps) {
  const [, navigate] = useLocation()
  const view = parseView(useSearch())
  const ids = scenes.map(({ id }) => id)
  const open = (id: string | undefined, options?: { replace: boolean }) =>
    navigate(editorAddress(projectId, id), options)

  if (active === undefined) {
    return (
      <NewScene
        place={scenes.length + 1}
        isPending={actions.add.isPending}
        error={actions.add.error}
        // The address of the empty form leads nowhere once the scene is there.
        onAdd={(prompt) =>
          actions.add.mutate({ prompt }, { onSuccess: (scene) => open(scene.id, { replace: true }) })
        }
      >
        {scenes.length === 0 && <TemplateStart onApply={actions.addTemplate} />}
      </NewScene>
    )
  }
  const { id, prompt, durationSeconds } = active
  return (
    <SceneWorkspace
      key={id}
      scene={active}
      ids={ids}
      actions={actions}
      view={view}
      // Looking at another version is no step of its own for "back"; laying two side by side is.
      onView={(next) => navigate(editorAddress(projectId, id, next), { replace: next.compare === undefined })}
      onDuplicate={() =>
        actions.add.mutate(
          { prompt, durationSeconds, position: ids.indexOf(id) + 1 },
          { onSuccess: (scene) => open(scene.id) },
        )
      }
      onRemove={() => {
        const next = neighbourOf(ids, id)
        actions.remove.mutate(id, { onSuccess: () => open(next, { replace: true }) })
      }}
    />
  )
}
