import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Project } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { deleteProject, renameProject } from './calls.ts'
import { removeProject, retitleProject, type ProjectPages } from './replaceProject.ts'

/** The list says a new title at once; should the server refuse, it says the old one and the problem is shown. */
export function useRenameProject() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ id, title }: { id: string; title: string }) => renameProject(id, title),
    onMutate: async ({ id, title }) => {
      await queryClient.cancelQueries({ queryKey: queryKeys.projects })
      const before = queryClient.getQueryData<ProjectPages>(queryKeys.projects)
      queryClient.setQueryData<ProjectPages>(
        queryKeys.projects,
        (data) => data && retitleProject(data, id, title),
      )
      return { before }
    },
    onError: (_error, _asked, context) => queryClient.setQueryData(queryKeys.projects, context?.before),
    onSuccess: (project: Project) => {
      void queryClient.invalidateQueries({ queryKey: queryKeys.project(project.id) })
      void queryClient.invalidateQueries({ queryKey: queryKeys.dashboard })
    },
  })
}

export function useDeleteProject() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: deleteProject,
    onSuccess: (_nothing, id) => {
      queryClient.setQueryData<ProjectPages>(queryKeys.projects, (data) => data && removeProject(data, id))
      void queryClient.invalidateQueries({ queryKey: queryKeys.dashboard })
    },
  })
}
