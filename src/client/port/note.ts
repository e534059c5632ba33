// The contract of diagnostics: one sentence for whoever runs the program, never for the conversation. No body, key or token in it.

export const NOTE_LEVELS = ["debug", "info", "warn", "error"] as const;
export type NoteLevel = (typeof NOTE_LEVELS)[number];

export type Note = (level: NoteLevel, sentence: string) => void;
