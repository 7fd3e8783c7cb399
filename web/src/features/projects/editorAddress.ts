/** What of a project is on the table, as its address says it; an address that is opened again shows the same. */
export interface EditorView {
  /** The version that is looked at; the usual one when none is named. */
  version?: string | undefined
  /** Two versions side by side. */
  compare?: readonly [string, string] | undefined
}

export function parseView(search: string): EditorView {
  const params = new URLSearchParams(search)
  const [first, second] = (params.get('compare') ?? '').split(',')
  const isPair =
    first !== undefined && second !== undefined && first !== '' && second !== '' && first !== second
  return {
    version: params.get('version') ?? undefined,
    compare: isPair ? [first, second] : undefined,
  }
}

export function editorAddress(projectId: string, sceneId?: string, view: EditorView = {}): string {
  const project = `/projects/${encodeURIComponent(projectId)}`
  if (sceneId === undefined) return project
  const scene = `${project}/scenes/${encodeURIComponent(sceneId)}`
  if (view.compare !== undefined) return `${scene}?compare=${view.compare.map(encodeURIComponent).join(',')}`
  return view.version === undefined ? scene : `${scene}?version=${encodeURIComponent(view.version)}`
}
