// How wide a terminal must be for what may stand beside a conversation.

/** Members: with fewer columns than this, too little would be left of what is said. */
export const COLUMN_LEAST = 96;
