import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from 'wouter'
import { queryKeys } from '../../api/queryKeys.ts'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { useTitle } from '../../ui/useTitle.ts'
import { ExportPanel } from '../exports/ExportPanel.tsx'
import { NewScene } from '../scenes/NewScene.tsx'
import { neighbourOf } from '../scenes/order.ts'
import { NEW_SCENE, SceneStrip } from '../scenes/SceneStrip.tsx'
import { SceneWorkspace } from '../scenes/SceneWorkspace.tsx'
import { useSceneActions, useScenes } from '../scenes/useScenes.ts'
import { findProject } from './calls.ts'
import { ProjectHeader } from './ProjectHeader.tsx'
import './project.css'

interface ProjectPageProps {
  projectId: string
  /** The scene on the table; `new` for one to be written; the first one when the address names none. */
  sceneId: string | undefined
}

export default function ProjectPage({ projectId, sceneId }: ProjectPageProps) {
  const project = useQuery({ queryKey: queryKeys.project(projectId), queryFn: () => findProject(projectId) })
  const scenes = useScenes(projectId)
  const actions = useSceneActions(projectId)
  const [, navigate] = useLocation()
  useTitle(project.data?.title)

  const list = scenes.data ?? []
  const ids = list.map((scene) => scene.id)
  const isNew = sceneId === NEW_SCENE || (scenes.data !== undefined && list.length === 0)
  const active = isNew ? undefined : (list.find((scene) => scene.id === sceneId) ?? list[0])
  const open = (id: string | undefined) =>
    navigate(id === undefined ? `/projects/${projectId}` : `/projects/${projectId}/scenes/${id}`)

  const addScene = (prompt: string) => actions.add.mutate(prompt, { onSuccess: (scene) => open(scene.id) })
  const removeScene = (id: string) => {
    const next = neighbourOf(ids, id)
    actions.remove.mutate(id, { onSuccess: () => open(next) })
  }

  return (
    <main className="page project" id="content" aria-busy={project.isPending || scenes.isPending}>
      <nav aria-label="Where you are">
        <Link href="/" className="back small">
          <Icon name="left" />
          Projects
        </Link>
      </nav>
      {project.error !== null && <ErrorNotice error={project.error} onRetry={() => void project.refetch()} />}
      {project.data !== undefined && <ProjectHeader project={project.data} />}
      {scenes.error !== null && <ErrorNotice error={scenes.error} onRetry={() => void scenes.refetch()} />}
      {list.length > 0 && (
        <SceneStrip
          projectId={projectId}
          scenes={list}
          activeId={active?.id ?? NEW_SCENE}
          actions={actions}
        />
      )}
      {scenes.data !== undefined && isNew && (
        <NewScene
          place={list.length + 1}
          isPending={actions.add.isPending}
          error={actions.add.error}
          onAdd={addScene}
        />
      )}
      {active !== undefined && (
        <>
          <SceneWorkspace
            key={active.id}
            scene={active}
            ids={ids}
            actions={actions}
            onRemove={() => removeScene(active.id)}
          />
          <ExportPanel projectId={projectId} scenes={list} />
        </>
      )}
    </main>
  )
}
