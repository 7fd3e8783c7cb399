import type { components } from './schema.d.ts'

type Wire = components['schemas']

/** The names by which the pages know what the API sends; the one place that maps them to the schema. */

export type Balance = Wire['BalanceOut']
export type Dashboard = Wire['DashboardOut']
export type GenerateIn = Wire['GenerateIn']
export type GenerateOut = Wire['GenerateOut']
export type Generation = Wire['GenerationOut']
export type GenerationBrief = Wire['LatestGenerationOut']
export type GenerationState = Wire['GenerationState']
export type Job = Wire['JobOut']
export type Login = Wire['LoginOut']
export type Model = Wire['ModelOut']
export type Project = Wire['ProjectOut']
export type Scene = Wire['SceneOut']
export type UploadedReference = Wire['UploadReferenceOut']
export type User = Wire['UserOut']

/** A status. A newer server may name a stage that this page does not know. */
export type GenerationStatus = Omit<Wire['GenerationStatusOut'], 'stage'> & {
  stage: string | null
}
