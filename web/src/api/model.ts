import type * as wire from './types.ts'

/** The names by which the pages know what the API sends; the one place that maps them to the schema. */

export type Balance = wire.BalanceOut
export type Dashboard = wire.DashboardOut
export type GenerateIn = wire.GenerateIn
export type GenerateOut = wire.GenerateOut
export type Generation = wire.GenerationOut
export type GenerationBrief = wire.LatestGenerationOut
export type GenerationState = wire.GenerationState
export type Job = wire.JobOut
export type Login = wire.LoginOut
export type Model = wire.ModelOut
export type Project = wire.ProjectOut
export type Scene = wire.SceneOut
export type User = wire.UserOut

/** A status, with what was said about its place in the queue when it was accepted. */
export type GenerationStatus = wire.GenerationStatusOut & {
  queuePosition?: number
  estimatedWaitSeconds?: number
}
