// Search over all conversations: block by block, as bytes, the newest first. A block is opened when it may hold something better
// than what was found already; when each begins and ends is remembered from the first time on.
import type { SearchQuery } from "../port/vault.ts";
import type { Blocks } from "./blocks.ts";
import { fold } from "./fold.ts";
import type { Seals } from "./seals.ts";
import { type Choice, type Hit, searchTexts, spanOf } from "./texts.ts";

interface Span {
  readonly version: number;
  readonly from: number;
  readonly until: number;
}

type Block = ReturnType<Blocks["all"]>[number];

export class Search {
  readonly #blocks: Blocks;
  readonly #seals: Seals;
  readonly #spans = new Map<number, Span>();

  constructor(blocks: Blocks, seals: Seals) {
    this.#blocks = blocks;
    this.#seals = seals;
  }

  /** Rows, the newest message first. @throws Damage */
  find(query: SearchQuery): readonly number[] {
    const choice = this.#choiceOf(query);
    const { after = Number.NEGATIVE_INFINITY, before = Number.POSITIVE_INFINITY } = query;
    let found: readonly Hit[] = [];
    for (const block of this.#inOrder()) {
      const span = this.#known(block);
      const worst = found.length < query.limit ? Number.NEGATIVE_INFINITY : (found.at(-1)?.at ?? 0);
      if (span !== undefined && span.until < worst) break;
      if (span !== undefined && (span.until < after || span.from >= before)) continue;
      const bytes = this.#blocks.texts(block);
      if (span === undefined) this.#spans.set(block.first, { version: block.version, ...spanOf(bytes) });
      const hits = searchTexts(bytes, choice).filter(({ at }) => at >= worst);
      if (hits.length > 0) found = [...found, ...hits].toSorted(newestFirst).slice(0, query.limit);
    }
    return found.map(({ row }) => row);
  }

  /** Those that were never opened, then those that reach furthest. */
  #inOrder(): readonly Block[] {
    const blocks = this.#blocks.all();
    const until = (block: Block): number => this.#known(block)?.until ?? Number.POSITIVE_INFINITY;
    return blocks.toSorted((a, b) => (until(a) === until(b) ? b.first - a.first : until(b) - until(a)));
  }

  #known({ first, version }: Block): Span | undefined {
    const span = this.#spans.get(first);
    return span?.version === version ? span : undefined;
  }

  #choiceOf({ texts, from, logs, after, before }: SearchQuery): Choice {
    const needles = texts.map((text) => Buffer.from(fold(text))).filter((needle) => needle.length > 0);
    return {
      // The longest is the rarest.
      needles: needles.toSorted((a, b) => b.length - a.length),
      senders: from === undefined ? undefined : new Set(this.#seals.idTags(from)),
      logs: logs === undefined ? undefined : new Set(this.#seals.idTags(logs)),
      after: after ?? Number.NEGATIVE_INFINITY,
      before: before ?? Number.POSITIVE_INFINITY,
    };
  }
}

function newestFirst(a: Hit, b: Hit): number {
  return a.at === b.at ? b.row - a.row : b.at - a.at;
}
