/** Flowstone's sign. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path d="M8 9h9M8 16h16M8 23h12" stroke="var(--accent-ink)" strokeWidth="3.4" strokeLinecap="round" />
      <circle cx="22" cy="9" r="2.6" fill="var(--accent-ink)" opacity=".7" />
    </svg>
  );
}
