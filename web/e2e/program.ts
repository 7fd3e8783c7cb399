/** What a journey prepares as a program does, through the interface, so that the browser is kept for what it shows. */

export class Program {
  #url: string
  #token: string

  private constructor(url: string, token: string) {
    this.#url = url
    this.#token = token
  }

  static async signIn(url: string, credentials: { email: string; password: string }): Promise<Program> {
    const { token } = await ask<{ token: string }>(`${url}/api/auth/login`, { body: credentials })
    return new Program(url, token)
  }

  static async register(url: string, credentials: { email: string; password: string }): Promise<Program> {
    const { token } = await ask<{ token: string }>(`${url}/api/auth/register`, { body: credentials })
    return new Program(url, token)
  }

  async addProject(title: string): Promise<string> {
    const { id } = await this.#post<{ id: string }>('/api/projects', { title })
    return id
  }

  /** Many projects, as fast as the server takes them. */
  async addProjects(titles: readonly string[]): Promise<void> {
    const AT_ONCE = 64
    const left = [...titles]
    const work = async () => {
      for (let title = left.shift(); title !== undefined; title = left.shift()) await this.addProject(title)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  }

  /** A scene in a project of its own whose clip is asked for. */
  async generate(title: string, prompt: string): Promise<{ projectId: string; sceneId: string }> {
    const projectId = await this.addProject(title)
    const { id: sceneId } = await this.#post<{ id: string }>(`/api/projects/${projectId}/scenes`, { prompt })
    const recipe = { sceneId, model: 'simulated', resolution: '360p', duration: 1 }
    await this.#post(`/api/projects/${projectId}/generate`, recipe)
    return { projectId, sceneId }
  }

  /** A picture whose thumbnail a job is to make. */
  async uploadForLater(picture: Buffer, type: string): Promise<string> {
    const { imageKey } = await ask<{ imageKey: string }>(`${this.#url}/api/upload-reference?async=true`, {
      token: this.#token,
      raw: { bytes: picture, type },
    })
    return imageKey
  }

  #post<Answer>(path: string, body: object): Promise<Answer> {
    return ask<Answer>(`${this.#url}${path}`, { token: this.#token, body })
  }
}

interface Question {
  token?: string
  body?: object
  raw?: { bytes: Buffer; type: string }
}

async function ask<Answer>(url: string, { token, body, raw }: Question): Promise<Answer> {
  const headers: Record<string, string> = { 'Content-Type': raw?.type ?? 'application/json' }
  if (token !== undefined) headers['Authorization'] = `Bearer ${token}`
  const content = raw === undefined ? JSON.stringify(body) : new Uint8Array(raw.bytes)
  const answer = await fetch(url, { method: 'POST', headers, body: content })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as Answer
}
