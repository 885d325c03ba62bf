/** The product's mark. */
export function Mark({ className = "size-6" }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className={className}>
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path
        d="M9 10.5h14M16 10.5v6.2c0 3.4 2 5 5 5M11 16.2h1.6M11 21.7h1.6"
        className="fill-none stroke-white"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
    </svg>
  );
}
