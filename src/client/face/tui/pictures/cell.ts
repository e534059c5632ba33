// What a terminal has said of how it shows pictures.

export type ShowsPictures = "kitty" | "sixel";

export interface Cell {
  readonly width: number;
  readonly height: number;
}
