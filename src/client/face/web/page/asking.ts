// Questions that must be answered before something goes on, as data: what is asked, and what was chosen. How one looks is in questions.tsx.

/** A way to answer with yes; no is there always. */
export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly isDangerous?: boolean;
}

export interface Question {
  readonly title: string;
  readonly about?: string;
  /** What it is about, as it was written. */
  readonly sample?: string;
  /** Something is to be typed. */
  readonly field?: { readonly label: string; readonly value: string; readonly most: number };
  /** The first is what Enter takes. */
  readonly choices: readonly Choice[];
}

export interface Answer {
  readonly choice: string;
  /** What was typed. */
  readonly text: string;
}

/** Undefined: no. */
export type AskFirst = (question: Question) => Promise<Answer | undefined>;

export interface Asked {
  readonly question: Question;
  readonly answer: (answer: Answer | undefined) => void;
}

/** Whether it is to be done; `yes` says what. */
export async function sure(ask: AskFirst, question: Pick<Question, "title" | "about">, yes: string): Promise<boolean> {
  return (await ask({ ...question, choices: [{ id: "yes", label: yes, isDangerous: true }] })) !== undefined;
}
