import type { Metric } from 'web-vitals'
import { onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals'
import { VitalsReport, pageOf } from './vitalsReport.ts'

/** Measures this visit as its user sees it, and tells the server when the page is left or hidden. */
export function measureVitals(isSignedIn: boolean): void {
  const report = new VitalsReport(pageOf(window.location.pathname, isSignedIn))
  const add = ({ name, value }: Metric) => report.add(name, value)
  for (const observe of [onCLS, onFCP, onINP, onLCP, onTTFB]) observe(add)
  // Begun after the others, so that what they conclude from being hidden is in it.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') send(report.take())
  })
}

function send(body: string | undefined): void {
  if (body === undefined) return
  const headers = { 'Content-Type': 'application/json' }
  // Lost when the server is away; nobody waits for it.
  window.fetch('/api/vitals', { method: 'POST', headers, body, keepalive: true }).catch(() => undefined)
}
