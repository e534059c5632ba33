// The recovery phrase of an account that is being made: shown once, to be written on paper, and some of its words asked back.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import type { PhraseShown } from "../protocol/first-run.ts";
import { GoOn, Title, useTrying, Wrong } from "./coming-in.tsx";
import { useTools } from "./tools.ts";

interface PhraseProps {
  readonly phrase: PhraseShown;
  /** The words are good for nothing then. */
  readonly onBack: () => void;
}

export function RecoveryPhrase({ phrase, onBack }: PhraseProps): VNode {
  const isBegun = phrase.words.length === 0;
  const [isWritten, setWritten] = useState(isBegun);
  // Who goes back to the words sees the same ones.
  if (isWritten) return <FromPaper asked={phrase.asked} onBack={isBegun ? onBack : () => setWritten(false)} />;
  return <Words words={phrase.words} onWritten={() => setWritten(true)} onBack={onBack} />;
}

interface WordsProps extends Pick<PhraseShown, "words">, Pick<PhraseProps, "onBack"> {
  readonly onWritten: () => void;
}

function Words({ words, onWritten, onBack }: WordsProps): VNode {
  const { say } = useTools();
  return (
    <section class="way">
      <Title text={say("phrase")} />
      <p>{say("phrase-about")}</p>
      <ol class="phrase">
        {words.map((word, at) => (
          <li key={at}>{word}</li>
        ))}
      </ol>
      <p class="button-row">
        <button type="button" class="button primary" onClick={onWritten}>
          {say("phrase-written")}
        </button>
        <button type="button" class="button" onClick={onBack}>
          {say("back")}
        </button>
      </p>
    </section>
  );
}

function FromPaper({ asked, onBack }: Pick<PhraseShown, "asked"> & Pick<PhraseProps, "onBack">): VNode {
  const { line, say } = useTools();
  const [answers, setAnswers] = useState<readonly string[]>(asked.map(() => ""));
  const { wrong, isBusy, run } = useTrying();
  const make = run(() => line.come({ say: "written", answers }));
  return (
    <form class="way" onSubmit={make}>
      <Title text={say("phrase")} />
      <p>{say(asked.length === 0 ? "phrase-before" : "phrase-asked")}</p>
      {asked.map((position, at) => (
        <label class="stacked" key={position}>
          {say("phrase-word", { n: position })}
          <input
            required
            maxLength={64}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={answers[at] ?? ""}
            onInput={({ currentTarget }) => setAnswers(answers.with(at, currentTarget.value))}
          />
        </label>
      ))}
      <Wrong wrong={wrong} />
      <GoOn word="come-in" isBusy={isBusy} onBeside={onBack} />
    </form>
  );
}
