const followed = new Set(["http:", "https:", "mailto:"]);

/** The address of a link in a message, if it is one that may be followed; never one of a script. */
export function safeUrl(url: string): string | undefined {
  // Relative ones would lead into the dashboard.
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url.trim())) return undefined;
  try {
    const parsed = new URL(url.trim());
    return followed.has(parsed.protocol) ? parsed.href : undefined;
  } catch {
    return undefined;
  }
}

// Not SVG: opened in a tab of its own, it is a document that runs scripts.
const pictures = /^data:image\/(?:png|jpeg|jpg|gif|webp|avif|bmp)[;,]/i;

/** The picture itself, when the message holds it; those elsewhere would tell others who reads along. */
export function innerPicture(source: string): string | undefined {
  return pictures.test(source) ? source : undefined;
}

/** What stands where a link leads. */
export function placeOf(url: string): string {
  try {
    const parsed = new URL(url);
    return parsed.protocol === "mailto:" ? parsed.pathname : parsed.host;
  } catch {
    return url;
  }
}

/** The number of bytes in a data: URL or in base64 as it stands; undefined for a link. */
export function bytesIn(source: string): number | undefined {
  if (source === "" || safeUrl(source) !== undefined) return undefined;
  const comma = source.startsWith("data:") ? source.indexOf(",") : -1;
  if (source.startsWith("data:") && comma < 0) return undefined;
  const head = source.slice(0, Math.max(comma, 0));
  const length = source.length - comma - 1;
  const isBase64 = comma < 0 || head.endsWith(";base64");
  if (!isBase64) return length;
  const padding = /={0,2}$/.exec(source)?.[0].length ?? 0;
  return Math.max(0, Math.floor((length * 3) / 4) - padding);
}
