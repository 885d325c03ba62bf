/** What a user agent says about the device: names as their makers write them, null where it says nothing. */
export interface Device {
  browser: string | null;
  system: string | null;
  kind: "computer" | "phone" | "tablet";
}

// The first that fits: browsers name those they descend from, too.
const browsers: [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\bOPR\/|\bOPiOS\//, "Opera"],
  [/\bVivaldi\//, "Vivaldi"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bHeadlessChrome\/|\bChrome\/|\bCriOS\/|\bChromium\//, "Chrome"],
  [/\bVersion\/[\d.]+.*\bSafari\//, "Safari"],
];

const systems: [RegExp, string][] = [
  [/\biPad\b/, "iPadOS"],
  [/\biPhone\b|\biPod\b/, "iOS"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bLinux\b|\bX11\b/, "Linux"],
];

/** Reads a user agent. */
export function readDevice(userAgent: string | null): Device {
  const written = userAgent ?? "";
  return {
    browser: find(browsers, written) ?? program(written),
    system: find(systems, written),
    kind: kindOf(written),
  };
}

function find(known: [RegExp, string][], written: string): string | null {
  return known.find(([pattern]) => pattern.test(written))?.[1] ?? null;
}

/** Programs that are no browsers begin with their name: `curl/8.5.0`. */
function program(written: string): string | null {
  const name = /^([A-Za-z][\w.-]{0,30})\//.exec(written)?.[1] ?? null;
  return name === "Mozilla" ? null : name;
}

function kindOf(written: string): Device["kind"] {
  if (/\biPad\b|\bTablet\b/.test(written)) return "tablet";
  // Tablets with Android leave "Mobile" out.
  if (/\bAndroid\b/.test(written)) return /\bMobile\b/.test(written) ? "phone" : "tablet";
  return /\biPhone\b|\biPod\b|\bMobile\b/.test(written) ? "phone" : "computer";
}
