import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { api, unwrap } from '../../api/client.ts'
import type { User } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { logout } from '../../features/accounts/calls.ts'
import { announce } from '../../ui/announce.ts'
import { setTheme, THEMES } from '../../ui/theme.ts'
import { navOf } from '../navigation.ts'
import type { Command } from './commands.ts'

/** Projects that can be gone to by title: the ones worked on last. The contract's largest page. */
const PROJECTS_MAX = 100

export function useCommands(user: User): Command[] {
  const [, navigate] = useLocation()
  const queryClient = useQueryClient()
  const projects = useQuery({
    queryKey: [...queryKeys.projects, 'titles'],
    queryFn: async () => {
      const query = { limit: PROJECTS_MAX }
      const page = await unwrap(api.GET('/api/projects', { params: { query } }))
      return page.projects.map(({ id, title }) => ({ id, title }))
    },
  })
  const pages = (['main', 'account', 'admin'] as const).flatMap((group) => navOf(group, user.role))

  const create = async (title: string) => {
    try {
      const project = await unwrap(api.POST('/api/projects', { body: { title } }))
      void queryClient.invalidateQueries({ queryKey: queryKeys.projects })
      navigate(`/projects/${project.id}`)
    } catch {
      // The page with the form says what is wrong when it is tried there.
      announce('The project could not be created.')
      navigate('/projects')
    }
  }

  return [
    ...pages.map(({ href, title }) => ({
      id: `page ${href}`,
      title,
      group: 'Go to',
      run: () => navigate(href),
    })),
    ...(projects.data ?? []).map(({ id, title }) => ({
      id: `project ${id}`,
      title,
      group: 'Projects',
      run: () => navigate(`/projects/${id}`),
    })),
    {
      id: 'create',
      title: 'New project with this title',
      group: 'Do',
      needsText: true,
      run: (text) => void create(text.trim()),
    },
    ...THEMES.map(({ value, words }) => ({
      id: `theme ${value}`,
      title: `Theme: ${words.toLowerCase()}`,
      group: 'Do',
      run: () => setTheme(value),
    })),
    { id: 'leave', title: 'Sign out', group: 'Do', run: () => void logout() },
  ]
}
