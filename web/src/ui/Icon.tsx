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
  copy: 'M5.5 5.5h7.5v7.500h-7.500zM10.500 5.500V3H3v7.500h2.500',
  home: 'M2.5 7.5L8 3l5.5 4.5M4 6.500V13h8V6.500',
  film: 'M2.5 3.5h11v9h-11zM5 3.5v9M11 3.500v9M2.500 6.500H5M2.500 9.500H5M11 6.500h2.500M11 9.500h2.500',
  coins:
    'M6 3c2.200 0 4 .8 4 1.800S8.200 6.600 6 6.600 2 5.800 2 4.800 3.800 3 6 3zM2 4.800v3c0 1 1.800 1.800 4 1.800M6 9.600v1.600c0 1 1.800 1.800 4 1.800s4-.8 4-1.800V8.200M10 6.400c2.200 0 4 .8 4 1.800s-1.800 1.800-4 1.800-4-.8-4-1.800',
  bell: 'M4 11V7.500a4 4 0 018 0V11l1 1.500H3zM6.500 12.500a1.500 1.500 0 003 0',
  gear: 'M8 5.800a2.200 2.200 0 100 4.400 2.200 2.200 0 000-4.400zM8 2v2M8 12v2M2 8h2M12 8h2M3.800 3.800l1.400 1.400M10.800 10.800l1.400 1.400M12.200 3.800l-1.400 1.400M5.200 10.800l-1.400 1.400',
  people:
    'M6 3a2.200 2.200 0 100 4.400A2.200 2.200 0 006 3zM2 13c0-2.400 1.700-4 4-4s4 1.600 4 4M10.500 3.300a2.200 2.200 0 010 4M11.500 9.200c1.600.4 2.500 1.900 2.500 3.800',
  queue: 'M3 4h10M3 8h10M3 12h6',
  search: 'M7 3a4 4 0 100 8 4 4 0 000-8zM10 10l3.500 3.500',
  user: 'M8 3a2.500 2.500 0 100 5 2.500 2.500 0 000-5zM3 13.500c0-2.600 2.200-4 5-4s5 1.400 5 4',
  leave: 'M9.500 3H3.500v10h6M7 8h6.500M11 5.500L13.500 8 11 10.500',
  lamp: 'M8 2.500a3.800 3.800 0 00-2 7V11.500h4V9.500a3.800 3.800 0 00-2-7zM6.500 13.500h3',
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
