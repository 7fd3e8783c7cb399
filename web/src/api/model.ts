/** The names by which the pages know what the API sends; the one place that maps them to the schema. */
export type {
  DashboardCredits,
  DashboardOut as Dashboard,
  GenerateIn,
  GenerateOut,
  GenerationBrief,
  GenerationOut as Generation,
  GenerationState,
  GenerationStatusOut as GenerationStatus,
  JobOut as Job,
  LoginOut as Login,
  ModelOut as Model,
  ProjectOut as Project,
  ProjectSceneOut as ProjectScene,
  SceneOut as Scene,
  UserOut as User,
} from './types.ts'
