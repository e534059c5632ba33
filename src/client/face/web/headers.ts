// What every answer of the local server says about itself: nothing may be kept, framed, guessed, or run that is not the page's own.

/** Scripts, styles and pictures of this server; pictures of messages as blobs; no HTML is ever made from a string. */
function contentPolicy(port: number): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    // Some browsers do not count ws: to 'self'.
    `connect-src 'self' ws://127.0.0.1:${port}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

const UNUSED = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), display-capture=()";

export function safeHeaders(port: number): Readonly<Record<string, string>> {
  return {
    "content-security-policy": contentPolicy(port),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": UNUSED,
    "cache-control": "no-store",
  };
}
