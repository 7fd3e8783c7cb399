import { useEffect, useState } from 'react'

/** How long typing rests before it is searched for. */
const REST_MS = 250

/** A value once it has rested, so that not every key is a request. */
export function useRested<Value>(value: Value): Value {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS)
    return () => clearTimeout(timer)
  }, [value])
  return rested
}
