/** The product's name beside its sign: a projector's gate with the lamp on. */
export function Wordmark() {
  return (
    <span className="wordmark">
      <svg viewBox="0 0 28 28" width="28" height="28" aria-hidden="true" focusable="false">
        <rect x="1" y="1" width="26" height="26" rx="5" className="wordmark-film" />
        <path d="M6 5v18M22 5v18" className="wordmark-holes" />
        <path d="M11 8.500v11l7.500-5.500z" className="wordmark-lamp" />
      </svg>
      Vitascope
    </span>
  )
}
