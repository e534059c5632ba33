// A QR code as a picture of the page.
import type { VNode } from "preact";
import { qrPath } from "./qr-path.ts";

export function QrCode({ lines, label }: { readonly lines: readonly string[]; readonly label: string }): VNode {
  const { size, path } = qrPath(lines);
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <path d={path} />
    </svg>
  );
}
