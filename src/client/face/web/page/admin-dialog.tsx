// The realm, for its owners and admins: an act, its fields, and what the server answers. Who may not is told so by the server.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import { answerTable } from "../../../../model/table.ts";
import { ACT_FORMS, actForm } from "../../admin-acts.ts";
import { adminRequest } from "../../admin-words.ts";
import { momentOf } from "../../moment.ts";
import { sanitizeLine } from "../../sanitize.ts";
import { answerSay } from "../../administering.ts";
import type { Language } from "../../words/say.ts";
import { usageWords } from "../../words/usage.ts";
import { faultWords } from "./fault-words.ts";
import { PersonInput } from "./found-people.tsx";
import { Dialog } from "./parts.tsx";
import { sure } from "./asking.ts";
import { Choice, Field } from "./settings-dialog.tsx";
import { useTools } from "./tools.ts";
import type { Key } from "./words/en.ts";

type Fields = Readonly<Record<string, string>>;
type Answer = Readonly<Record<string, unknown>>;

const LONG = 1_000;
const ACTS = Object.keys(ACT_FORMS);
const FIRST = "users";
/** Somebody loses something by it. */
const DANGEROUS = new Set(["disable", "revoke", "role", "withdraw"]);

export function AdminDialog(): VNode {
  const { say } = useTools();
  const { act, fields, told, pick, fill, run } = useAct();
  return (
    <Dialog title={say("admin")} class="broad">
      <p class="hint">{say("admin-about")}</p>
      <form
        class="settings"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Choice
          label={say("admin-act")}
          value={act}
          options={ACTS.map((name) => [name, `${name}: ${say(aboutOf(name))}`])}
          onPick={pick}
        />
        <ActFields act={act} fields={fields} onChange={fill} />
        <button type="submit" class="button primary">
          {say("do-it")}
        </button>
      </form>
      {told !== undefined && <Telling {...told} />}
    </Dialog>
  );
}

interface Acting {
  readonly act: string;
  readonly fields: Fields;
  readonly told: Told | undefined;
  readonly pick: (act: string) => void;
  readonly fill: (fields: Fields) => void;
  readonly run: () => Promise<void>;
}

function useAct(): Acting {
  const { line, say, askFirst } = useTools();
  const [act, setAct] = useState(FIRST);
  const [fields, fill] = useState<Fields>({});
  const [told, setTold] = useState<Told>();
  const run = async (): Promise<void> => {
    try {
      const request = requestOf(act, fields);
      if (DANGEROUS.has(act) && !(await sure(askFirst, { title: act, about: say(aboutOf(act)) }, say("do-it")))) return;
      setTold({ lines: linesOf(await line.ask<Answer>({ do: "admin", request }), say.language), isWrong: false });
    } catch (error) {
      setTold({ lines: [faultWords(error, say)], isWrong: true });
    }
  };
  const pick = (next: string): void => {
    setAct(next);
    fill({});
    setTold(undefined);
  };
  return { act, fields, told, pick, fill, run };
}

interface Told {
  readonly lines: readonly string[];
  readonly isWrong: boolean;
}

function Telling({ lines, isWrong }: Told): VNode {
  const { say } = useTools();
  if (isWrong)
    return (
      <p class="bad-line" role="alert">
        {lines.join(" ")}
      </p>
    );
  return (
    <pre class="sample" role="status" tabIndex={0} aria-label={say("admin-answer")}>
      {lines.join("\n")}
    </pre>
  );
}

interface FieldsProps {
  readonly act: string;
  readonly fields: Fields;
  readonly onChange: (fields: Fields) => void;
}

/** Those that an act has by their place, and one line for all others. */
function ActFields({ act, fields, onChange }: FieldsProps): VNode {
  const { say } = useTools();
  const form = actForm(act);
  const input = (name: string, isNeeded: boolean): VNode => (
    <input
      required={isNeeded}
      value={fields[name] ?? ""}
      autocomplete="off"
      spellcheck={false}
      onInput={({ currentTarget }) => onChange({ ...fields, [name]: currentTarget.value })}
    />
  );
  const person = (isNeeded: boolean): VNode => (
    <PersonInput
      id="people-of-the-realm"
      value={fields["user"] ?? ""}
      onWrite={(user) => onChange({ ...fields, user })}
      isNeeded={isNeeded}
      placeholder="@elena"
    />
  );
  return (
    <>
      {form?.fields.map((name, at) => (
        <Field key={name} label={answerSay(say.language)(name)}>
          {name === "user" && act !== "invite" ? person(at < form.least) : input(name, at < form.least)}
        </Field>
      ))}
      <Field label={say("admin-more")} hint={usageWords(form?.usage ?? "", say.language)}>
        {input("", false)}
      </Field>
    </>
  );
}

/** @throws Fault `bad-command` */
function requestOf(act: string, fields: Fields): Answer {
  const named = Object.entries(fields).flatMap(([name, value]) =>
    // A bare dash takes a text away.
    name === "" || value.trim() === "" ? [] : [value.trim() === "-" ? "-" : `${name}=${value.trim()}`],
  );
  const more = (fields[""] ?? "").split(/\s+/u).filter((word) => word !== "");
  return adminRequest([act, ...named, ...more], Date.now());
}

function linesOf(answer: Answer, language: Language): readonly string[] {
  return answerTable(answer, {
    clean: (text) => sanitizeLine(text, LONG),
    time: momentOf,
    word: answerSay(language),
  });
}

function aboutOf(act: string): Key {
  return `act-${act}` as Key;
}
