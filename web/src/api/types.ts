/**
 * The wire types as the HTTP contract states them, in the shape that openapi-typescript generates.
 * Only `model.ts` and `client.ts` import this file.
 */

export type GenerationState = 'queued' | 'processing' | 'completed' | 'failed' | 'cancelled'

export type ClipResolution = '360p' | '480p' | '720p' | '1080p'
export type ClipAspectRatio = '16:9' | '9:16' | '1:1'

export interface UserOut {
  id: string
  email: string
  name: string
  role: string
}

export interface LoginOut {
  token: string
  refreshToken: string
  /** Seconds until `token` runs out. */
  expiresIn: number
  user: UserOut
}

export interface GenerationError {
  code: string
  message: string
  retryable: boolean
}

export interface LatestGenerationOut {
  id: string
  status: GenerationState
  /** 0–100. */
  progress: number
  thumbnailUrl: string | null
  createdAt: string
}

export interface GenerationStatusOut {
  id: string
  status: GenerationState
  progress: number
  stage: string | null
  thumbnailUrl: string | null
  videoUrl: string | null
  error: GenerationError | null
  updatedAt: string
}

export interface GenerationOut extends GenerationStatusOut {
  sceneId: string
  prompt: string
  model: string
  resolution: ClipResolution
  duration: number
  aspectRatio: ClipAspectRatio
  cost: number
  createdAt: string
}

export interface ProjectSceneOut {
  id: string
  position: number
  prompt: string
  latestGeneration: LatestGenerationOut | null
}

export interface ProjectOut {
  id: string
  title: string
  description: string
  updatedAt: string
  sceneCount: number
  totalCost: number
  latestGeneration: LatestGenerationOut | null
  scenes: ProjectSceneOut[]
}

export interface SceneOut {
  id: string
  projectId: string
  position: number
  prompt: string
  durationSeconds: number
  selectedGenerationId: string | null
  latestGeneration: LatestGenerationOut | null
}

export interface GenerateIn {
  sceneId: string
  prompt?: string
  model?: string
  resolution?: ClipResolution
  duration?: number
  aspectRatio?: ClipAspectRatio
  seed?: number
}

export interface GenerateOut {
  generationId: string
  status: GenerationState
  statusUrl: string
  estimatedCost: number
  queuePosition: number
  estimatedWaitSeconds: number
  model: string
  requestedModel?: string
}

export interface JobOut {
  id: string
  kind: string
  status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'dead'
  progress: number
  stage: string | null
  result: { url: string } | null
  error: { code: string; message: string } | null
  createdAt: string
  updatedAt: string
}

export interface ModelOut {
  id: string
  title: string
  provider: string
  kinds: ('text_to_video' | 'image_to_video')[]
  resolutions: ClipResolution[]
  durations: number[]
  aspectRatios: ClipAspectRatio[]
  creditsPerSecond: number
  retiresOn: string | null
}

export interface BalanceOut {
  balance: number
  reserved: number
}

export interface DashboardOut {
  user: UserOut
  credits: BalanceOut
  unreadNotifications: number
}

interface Json<T> {
  content: { 'application/json': T }
}
type Call<Parameters, Body, Responses> = {
  parameters: Parameters
  responses: Responses
} & (Body extends undefined ? { requestBody?: never } : { requestBody: Json<Body> })
interface ById {
  path: { id: string }
}
interface Page {
  query?: { limit?: number; cursor?: string }
}
type None = undefined
type NoContent = Record<204, { content?: never }>
type Ok<T> = Record<200, Json<T>>
type Created<T> = Record<201, Json<T>>
type Accepted<T> = Record<202, Json<T>>
interface Idempotent {
  header?: { 'Idempotency-Key'?: string }
}
interface Anything {
  query?: never
}

export interface paths {
  '/api/auth/register': {
    post: Call<Anything, { email: string; password: string; name?: string }, Created<LoginOut>>
  }
  '/api/auth/login': { post: Call<Anything, { email: string; password: string }, Ok<LoginOut>> }
  '/api/auth/refresh': { post: Call<Anything, { refreshToken: string }, Ok<LoginOut>> }
  '/api/auth/logout': { post: Call<Anything, None, NoContent> }
  '/api/dashboard': { get: Call<Anything, None, Ok<DashboardOut>> }
  '/api/models': { get: Call<Anything, None, Ok<{ models: ModelOut[]; default: string }>> }
  '/api/projects': {
    get: Call<Page, None, Ok<{ projects: ProjectOut[]; nextCursor: string | null }>>
    post: Call<Anything, { title: string; description?: string }, Created<ProjectOut>>
  }
  '/api/projects/{id}': {
    get: Call<ById, None, Ok<ProjectOut>>
    patch: Call<ById, { title?: string; description?: string }, Ok<ProjectOut>>
    delete: Call<ById, None, NoContent>
  }
  '/api/projects/{id}/scenes': {
    get: Call<ById & Page, None, Ok<{ scenes: SceneOut[]; nextCursor: string | null }>>
    post: Call<ById, { prompt: string; position?: number; durationSeconds?: number }, Created<SceneOut>>
  }
  '/api/projects/{id}/scenes/order': { post: Call<ById, { sceneIds: string[] }, NoContent> }
  '/api/projects/{id}/generate': { post: Call<ById & Idempotent, GenerateIn, Accepted<GenerateOut>> }
  '/api/projects/{id}/export': {
    post: Call<
      ById,
      { format: 'film' | 'storyboard'; crossfadeSeconds?: number },
      Accepted<{ jobId: string }>
    >
  }
  '/api/scenes/{id}': {
    patch: Call<ById, { prompt?: string; durationSeconds?: number }, Ok<SceneOut>>
    delete: Call<ById, None, NoContent>
  }
  '/api/scenes/{id}/generations': {
    get: Call<ById & Page, None, Ok<{ generations: GenerationOut[]; nextCursor: string | null }>>
  }
  '/api/scenes/{id}/select': { post: Call<ById, { generationId: string }, NoContent> }
  '/api/generations/{id}/status': { get: Call<ById, None, Ok<GenerationStatusOut>> }
  '/api/generations/{id}/cancel': { post: Call<ById, None, Accepted<GenerationStatusOut>> }
  '/api/generations/{id}/retry': { post: Call<ById, None, Accepted<GenerateOut>> }
  '/api/jobs/{id}': { get: Call<ById, None, Ok<JobOut>> }
}
