import type { components } from './schema.d.ts'

type Wire = components['schemas']

/** The names by which the pages know what the API sends; the one place that maps them to the schema. */

export type AdminJob = Wire['AdminJobOut']
export type AdminJobDetail = Wire['AdminJobDetailOut']
export type ApiKey = Wire['ApiKeyOut']
export type AuditEntry = Wire['AuditEntryOut']
export type Balance = Wire['BalanceOut']
export type Dashboard = Wire['DashboardOut']
export type GenerateIn = Wire['GenerateIn']
export type GenerateOut = Wire['GenerateOut']
export type Generation = Wire['GenerationOut']
export type GenerationBrief = Wire['LatestGenerationOut']
export type GenerationState = Wire['GenerationState']
export type Job = Wire['JobOut']
export type JobStatus = Wire['JobStatus']
export type KeyScope = Wire['KeyScope']
export type LedgerEntry = Wire['LedgerEntryOut']
export type ListedLogin = Wire['LoginListedOut']
export type Login = Wire['LoginOut']
export type ManagedUser = Wire['ManagedUserOut']
export type ManagedUserPatch = Wire['ManagedUserPatch']
export type Model = Wire['ModelOut']
export type Notification = Wire['NotificationOut']
export type Project = Wire['ProjectOut']
export type Queue = Wire['QueueOut']
export type Scene = Wire['SceneOut']
export type Template = Wire['TemplateOut']
export type UploadedReference = Wire['UploadReferenceOut']
export type User = Wire['UserOut']
export type UserRole = Wire['UserRole']

/** A status. A newer server may name a stage that this page does not know. */
export type GenerationStatus = Omit<Wire['GenerationStatusOut'], 'stage'> & {
  stage: string | null
}
