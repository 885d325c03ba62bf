import { expect, test } from "vitest";

import { readDevice } from "./device";

const webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
const blink = "AppleWebKit/537.36 (KHTML, like Gecko)";

test.each([
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.7; rv:133.0) Gecko/20100101 Firefox/133.0",
    ["Firefox", "macOS", "computer"],
  ],
  [
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Version/18.1 Safari/605.1.15`,
    ["Safari", "macOS", "computer"],
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${blink} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`,
    ["Edge", "Windows", "computer"],
  ],
  [
    `Mozilla/5.0 (X11; Linux x86_64) ${blink} Chrome/131.0.0.0 Safari/537.36`,
    ["Chrome", "Linux", "computer"],
  ],
  [
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${blink} Chrome/131.0.0.0 Safari/537.36`,
    ["Chrome", "ChromeOS", "computer"],
  ],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${webkit} Version/18.1 Mobile/15E148 Safari/604.1`,
    ["Safari", "iOS", "phone"],
  ],
  [
    `Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) ${webkit} CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1`,
    ["Chrome", "iPadOS", "tablet"],
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; SM-S921B) ${blink} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`,
    ["Samsung Internet", "Android", "phone"],
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; SM-X910) ${blink} Chrome/131.0.0.0 Safari/537.36`,
    ["Chrome", "Android", "tablet"],
  ],
  ["curl/8.5.0", ["curl", null, "computer"]],
  ["Mozilla/5.0", [null, null, "computer"]],
  ["<script>alert(1)</script>", [null, null, "computer"]],
  [null, [null, null, "computer"]],
])("a user agent in words (%#)", (userAgent, [browser, system, kind]) => {
  expect(readDevice(userAgent)).toEqual({ browser, system, kind });
});
