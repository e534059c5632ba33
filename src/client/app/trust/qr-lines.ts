// A safety number as a picture that another device can read: lines for a terminal, two rows of the picture in each.
import { encodeQR } from "qr";

/** Light is drawn, dark is left: as it must be where the background is dark. Most readers take it the other way round too. */
export function qrLines(safetyNumber: string): readonly string[] {
  return encodeQR(safetyNumber.replaceAll(" ", ""), "ascii", { ecc: "medium" }).trimEnd().split("\n");
}
