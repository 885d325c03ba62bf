// Days of filters are days of the viewer; the server is asked for the moments at which they begin.

/** When a day (2026-09-21) begins here, as the server writes times. */
export function startOfDay(day: string): string {
  return momentOf(day, 0).toISOString();
}

/** When the day after it begins here. */
export function dayAfter(day: string): string {
  return momentOf(day, 1).toISOString();
}

/** The day as people here write it. */
export function writtenDay(day: string): string {
  return new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: "medium",
  }).format(momentOf(day, 0));
}

function momentOf(day: string, daysLater: number): Date {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + daysLater);
}
