/** The signs of a tape deck, on the same grid as the other icons. */
const PATHS = {
  play: 'M4.500 3v10l8.500-5z',
  pause: 'M5 3v10M11 3v10',
  back: 'M12 3.500L5.500 8l6.500 4.500zM3.500 3.500v9',
  on: 'M4 3.500L10.500 8 4 12.500zM12.500 3.500v9',
  loop: 'M3 8.500V7a3 3 0 013-3h7M11 2l2 2-2 2M13 7.500V9a3 3 0 01-3 3H3M5 14l-2-2 2-2',
  sound: 'M2.500 6v4h2.500l3.500 3V3L5 6zM11 5.500a3.500 3.500 0 010 5',
  silent: 'M2.500 6v4h2.500l3.500 3V3L5 6zM11 6l3 4M14 6l-3 4',
  full: 'M2.500 6V2.500H6M10 2.500h3.500V6M13.500 10v3.500H10M6 13.500H2.500V10',
  keys: 'M1.500 4.500h13v7h-13zM4 7h.1M6.600 7h.1M9.200 7h.1M11.800 7h.1M5.500 9.500h5',
} as const

export type PlayerIconName = keyof typeof PATHS

export function PlayerIcon({ name }: { name: PlayerIconName }) {
  const isSolid = name === 'play'
  return (
    <svg
      className="icon"
      viewBox="0 0 16 16"
      fill={isSolid ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
