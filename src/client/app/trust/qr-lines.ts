// A safety number, or a line for another machine, as a picture that another device can read: lines for a terminal, two rows of the
// picture in each. Light is drawn, dark is left: as it must be where the background is dark. Most readers take it the other way round too.
import { encodeQR } from "qr";

export function qrLines(safetyNumber: string): readonly string[] {
  return encodeQR(safetyNumber.replaceAll(" ", ""), "ascii", { ecc: "medium" }).trimEnd().split("\n");
}

/** As small as can be read: with the line itself below, and two words, it fits a terminal of 80 columns and 24 rows. */
export function qrOfLine(line: string): readonly string[] {
  return encodeQR(line, "ascii", { ecc: "low", border: 1 }).trimEnd().split("\n");
}
