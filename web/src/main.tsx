import './ui/tokens.css'
import './ui/base.css'
import './ui/controls.css'
import './ui/film.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no #root element')

createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
