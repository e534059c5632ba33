// A line of text as a picture that a telephone can read, for a terminal: two rows of it in each line.
import { encodeQR } from "qr";

/** Light is drawn, dark is left: as it must be where the background is dark. Most readers take it the other way round too. */
export function qrPicture(text: string): string {
  return encodeQR(text, "ascii", { ecc: "low" });
}
