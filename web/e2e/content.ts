/** What an installation holds, made through its API: pages are looked at with something on them. */

const CLIP_MS_MAX = 180_000
const LOOK_AGAIN_MS = 100

export type Call = <T>(method: string, path: string, body?: unknown) => Promise<T>

/** Asks a server in the name of an account. */
export async function callAs(url: string, email: string, password: string): Promise<Call> {
  const { token } = await callWith(url)<{ token: string }>('POST', '/api/auth/login', { email, password })
  return callWith(url, token)
}

function callWith(url: string, token?: string): Call {
  return async <T>(method: string, path: string, body?: unknown) => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
}

export interface FilmScene {
  prompt: string
  /** Of each of its versions, the first one first. */
  seeds: readonly number[]
}

export interface Film {
  title: string
  model: 'local' | 'simulated'
  scenes: readonly FilmScene[]
}

/** Makes a project whose clips are all there; returns its id. */
export async function makeFilm(call: Call, { title, model, scenes }: Film): Promise<string> {
  const { id: projectId } = await call<{ id: string }>('POST', '/api/projects', { title })
  for (const { prompt, seeds } of scenes) {
    const scene = await call<{ id: string }>('POST', `/api/projects/${projectId}/scenes`, { prompt })
    for (const seed of seeds) {
      const { generationId } = await call<{ generationId: string }>(
        'POST',
        `/api/projects/${projectId}/generate`,
        { sceneId: scene.id, model, resolution: '360p', duration: 1, seed },
      )
      await untilCompleted(call, generationId)
    }
  }
  return projectId
}

async function untilCompleted(call: Call, generationId: string): Promise<void> {
  const deadline = Date.now() + CLIP_MS_MAX
  for (;;) {
    const { status } = await call<{ status: string }>('GET', `/api/generations/${generationId}/status`)
    if (status === 'completed') return
    if (status === 'failed' || Date.now() > deadline) throw new Error(`the clip ${generationId} is ${status}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}
