import { useEffect, useState } from 'react'

/** The time in milliseconds, moving on by itself while `isTicking`. */
export function useNow(isTicking: boolean, stepMs = 1000): number {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    if (!isTicking) return
    const timer = setInterval(() => setNowMs(Date.now()), stepMs)
    return () => clearInterval(timer)
  }, [isTicking, stepMs])
  return nowMs
}
