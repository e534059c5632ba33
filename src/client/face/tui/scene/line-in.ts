/** A line by which somebody comes in, as answers of invite and pair have it; in ASCII, whose columns no terminal counts otherwise. */
export const LINE_IN = /^ *chat-client join '[\x21-\x7e]+'[\x20-\x7e]*$/;
