import { useState, useSyncExternalStore } from 'react'
import { Transport, type TransportState } from './transport.ts'

/** A transport for clips of this length, for as long as its player is there. */
export function useTransport(duration: number): Transport {
  const [transport] = useState(
    () =>
      new Transport(
        {
          requestFrame: (run) => window.requestAnimationFrame(run),
          cancelFrame: (frame) => window.cancelAnimationFrame(frame),
        },
        duration,
      ),
  )
  return transport
}

export function useTransportState(transport: Transport): TransportState {
  return useSyncExternalStore(transport.subscribe, () => transport.state)
}
