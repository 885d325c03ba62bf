/** The look of a link in running text. */
export const linkStyle =
  "rounded-sm font-medium text-accent-ink underline decoration-accent-ink/35 underline-offset-2 hover:decoration-accent-ink";

/** The look of a link that fills its table row; the link needs `data-row-link` as well. */
export const rowLinkStyle =
  "rounded-sm font-medium text-ink after:absolute after:inset-0 focus-visible:outline-offset-0 focus-visible:after:outline-none";
