import type { InfiniteData } from '@tanstack/react-query'
import type { Project } from '../../api/model.ts'

export type ProjectPages = InfiniteData<
  { projects: Project[]; nextCursor: string | null },
  string | undefined
>

/** The list with what is now known of one project, at the place that it has. */
export function replaceProject(data: ProjectPages, project: Project): ProjectPages {
  return mapProjects(data, (known) => (known.id === project.id ? project : known))
}

/** The list without a project. */
export function removeProject(data: ProjectPages, id: string): ProjectPages {
  return mapProjects(data, (known) => (known.id === id ? undefined : known))
}

export function retitleProject(data: ProjectPages, id: string, title: string): ProjectPages {
  return mapProjects(data, (known) => (known.id === id ? { ...known, title } : known))
}

/** Pages that stay as they are stay the same objects. */
function mapProjects(data: ProjectPages, change: (project: Project) => Project | undefined): ProjectPages {
  const pages = data.pages.map((page) => {
    const projects = page.projects.flatMap((project) => change(project) ?? [])
    const isSame =
      projects.length === page.projects.length &&
      projects.every((project, place) => project === page.projects[place])
    return isSame ? page : { ...page, projects }
  })
  return { ...data, pages }
}
