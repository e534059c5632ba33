// Search over everything that this device holds, and from each find to where it was said.
import { useEffect, useRef, useState } from "preact/hooks";
import type { VNode } from "preact";
import type { SearchView } from "../../../port/screens.ts";
import type { MessageView } from "../../../port/views.ts";
import { sanitizeLine } from "../../sanitize.ts";
import { IconButton } from "./parts.tsx";
import { shownName } from "./people.ts";
import { useTools } from "./tools.ts";

export interface SearchProps {
  readonly search: SearchView | undefined;
  readonly onClose: () => void;
}

export function SearchResults({ search, onClose }: SearchProps): VNode {
  const { line, say, go } = useTools();
  const [query, setQuery] = useState(search?.query ?? "");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const start = (event: SubmitEvent): void => {
    event.preventDefault();
    go(line.do({ want: "search", query: query.trim() === "" ? undefined : query }));
  };
  return (
    <aside class="side" aria-label={say("search")}>
      <header class="side-head">
        <h2>{say("search")}</h2>
        <IconButton icon="close" label={say("close")} onClick={onClose} />
      </header>
      <form class="inline-form" role="search" onSubmit={start}>
        <input
          ref={field}
          type="search"
          maxLength={1_000}
          value={query}
          placeholder={say("search-hint")}
          aria-label={say("search")}
          onInput={({ currentTarget }) => setQuery(currentTarget.value)}
        />
        <button type="submit" class="button">
          {say("search")}
        </button>
      </form>
      <Found search={search} />
    </aside>
  );
}

function Found({ search }: { readonly search: SearchView | undefined }): VNode | null {
  const { say } = useTools();
  if (search === undefined) return <p class="empty">{say("search-about")}</p>;
  const { isRunning, results, fault } = search;
  return (
    <div>
      <p class="found" role="status">
        {fault !== undefined
          ? sanitizeLine(say.told(fault).message, 200)
          : isRunning
            ? say("searching")
            : results.length === 0
              ? say("nothing-found")
              : say.count("found", results.length)}
      </p>
      <ul class="results">
        {results.map((message) => (
          <Result key={message.message} message={message} />
        ))}
      </ul>
    </div>
  );
}

function Result({ message }: { readonly message: MessageView }): VNode {
  const { line, dates, go } = useTools();
  const { conversation, message: id, seq, from, text, at } = message;
  return (
    <li>
      <button
        type="button"
        class="result"
        onClick={() => go(line.do({ want: "jump", conversation, message: id, seq }))}
      >
        <span class="row-top">
          <b dir="auto">{shownName(from.name)}</b>
          <span class="where">{shownName(conversation)}</span>
          <time>{dates.short(at)}</time>
        </span>
        <span dir="auto">{sanitizeLine(text, 200)}</span>
      </button>
    </li>
  );
}
