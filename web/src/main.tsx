import './ui/tokens.css'
import './ui/base.css'
import './ui/controls.css'
import './ui/floating.css'
import './ui/film.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Problem } from './api/problem.ts'
import { NOTE_KEY } from './api/session.ts'
import { App } from './app/App.tsx'
import { preloadFirstPage } from './app/preloadFirstPage.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no #root element')

const isSignedIn = window.localStorage.getItem(NOTE_KEY) !== null
if (isSignedIn) preloadFirstPage(window.location.pathname)

createRoot(root, { onCaughtError: reportFault }).render(
  <StrictMode>
    <App />
  </StrictMode>,
)

/** A page that could not be fetched says so itself; anything else that a boundary caught is a fault of the app. */
function reportFault(error: unknown): void {
  if (!(error instanceof Problem)) window.reportError(error)
}

// After everything that somebody waits for; the browser keeps what happened before.
window.addEventListener('load', () => {
  void import('./app/vitals.ts').then(({ measureVitals }) => measureVitals(isSignedIn))
})
