import { findPage } from './findPage.ts'
import { routes } from './routes.tsx'

/** Fetches the code of the page that was opened while the server is still asked who is signed in. */
export function preloadFirstPage(path: string): void {
  // Who may see it is known later; until then it is only code.
  void findPage(routes, path, 'admin')?.route.page.load()
}
