// People of the realm by what is typed of a name, and fields that offer them: the list below is the browser's own.
import { useEffect, useState } from "preact/hooks";
import type { VNode } from "preact";
import type { Replies } from "../../../port/replies.ts";
import { shownName } from "./people.ts";
import { useTools } from "./tools.ts";

export interface Found {
  readonly user: string;
  readonly name: string;
}

const REST_MS = 150;
/** As the command takes it. */
const QUERY_CHARS = 64;
/** More is not looked through. */
const OFFERED_MOST = 50;
const NOBODY: readonly Found[] = [];

/** Asked when a hand rests; undefined: nobody is looked for. Without an answer: those of before. */
export function useFoundPeople(typed: string | undefined): readonly Found[] {
  const { line } = useTools();
  const [people, setPeople] = useState(NOBODY);
  const query = typed?.trim().replace(/^@/, "").slice(0, QUERY_CHARS);
  useEffect(() => {
    if (query === undefined) return undefined;
    let isOver = false;
    const ask = async (): Promise<void> => {
      const { users = [] } = await line.ask<Partial<Replies["users"]>>({ do: "users", query });
      if (!isOver) setPeople(users.map(({ user, name }) => ({ user, name: shownName(name) })));
    };
    const timer = setTimeout(() => void ask().catch(() => undefined), REST_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [query]);
  return query === undefined ? NOBODY : people;
}

export interface PersonInputProps {
  readonly id: string;
  readonly value: string;
  readonly onWrite: (value: string) => void;
  /** They are not offered. */
  readonly without?: readonly string[];
  readonly placeholder: string;
  /** Where no label stands beside it. */
  readonly label?: string;
  readonly isFirst?: boolean;
  readonly isNeeded?: boolean;
}

/** A field in which a person is named; a `#` names none. Two elements: the field is the last. */
export function PersonInput({ id, value, onWrite, without = [], ...input }: PersonInputProps): VNode {
  const [isHere, setHere] = useState(false);
  const found = useFoundPeople(isHere && !value.startsWith("#") ? value : undefined);
  const others = found.filter(({ user }) => !without.includes(user)).slice(0, OFFERED_MOST);
  return (
    <>
      <datalist id={id}>
        {others.map(({ user, name }) => (
          <option key={user} value={`@${user}`}>
            {name}
          </option>
        ))}
      </datalist>
      <input
        list={id}
        placeholder={input.placeholder}
        aria-label={input.label}
        autofocus={input.isFirst}
        required={input.isNeeded}
        value={value}
        autocomplete="off"
        spellcheck={false}
        onFocus={() => setHere(true)}
        onInput={({ currentTarget }) => onWrite(currentTarget.value)}
      />
    </>
  );
}
