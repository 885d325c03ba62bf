/** The product's mark. */
export function Mark({ className = "size-6" }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className={className}>
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path
        d="M8.5 10.5h15M16 10.5v6.3a5 5 0 0 0 5 5h.6"
        className="fill-none stroke-white"
        strokeWidth="3"
        strokeLinecap="round"
      />
    </svg>
  );
}
