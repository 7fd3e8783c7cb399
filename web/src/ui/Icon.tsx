/** Line icons on a 16 px grid, drawn for this product; always beside a word or in a labelled control. */

const PATHS = {
  done: 'M3.5 8.5l3 3 6-7',
  working:
    'M8 2.5v3M8 10.5v3M2.5 8h3M10.5 8h3M4.1 4.1l2.1 2.1M9.8 9.8l2.1 2.1M11.9 4.1L9.8 6.2M6.2 9.8l-2.1 2.1',
  failed: 'M8 2.5l6 11H2zM8 6.5v3.2M8 11.6v.2',
  waiting: 'M8 2a6 6 0 100 12A6 6 0 008 2zM8 4.8V8l2.2 1.6',
  stopped: 'M8 2a6 6 0 100 12A6 6 0 008 2zM3.8 12.2l8.4-8.4',
  none: 'M2.5 4h11v8h-11zM5.5 4v8M10.5 4v8',
  plus: 'M8 3v10M3 8h10',
  cross: 'M4 4l8 8M12 4l-8 8',
  left: 'M9.5 3.5L5 8l4.5 4.5',
  right: 'M6.5 3.5L11 8l-4.5 4.5',
  trash: 'M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5',
  pencil: 'M3 13l.6-3L10.5 3 13 5.5 6 12.4z',
  download: 'M8 2.5v7M5 7l3 3 3-3M3 13h10',
  retry: 'M12.8 9.6A5 5 0 118 3c1.8 0 3.4 1 4.3 2.4M12.8 2.6v3h-3',
  play: 'M5 3v10l8-5z',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
