import '@fontsource-variable/noto-sans-kr/index.css'
import './styles/tokens.css'
import './styles/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { look } from './look/look.ts'
import { App } from './shell/app.tsx'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
// Before the first frame: a dark screen must not flash white.
document.documentElement.dataset.theme = look.get().theme
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
