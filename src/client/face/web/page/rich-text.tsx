// The text of a message as elements: nodes of markdown.ts, nothing else. What a stranger wrote is text here, wherever it stands.
import type { VNode } from "preact";
import { sanitize } from "../../sanitize.ts";
import { type Block, blocksOf, type Inline } from "./markdown.ts";
import { memo } from "./memo.ts";

export interface RichTextProps {
  readonly text: string;
  /** One's own handle: where it stands, it is meant. */
  readonly self: string;
}

export const RichText = memo(({ text, self }: RichTextProps): VNode => (
  <div class="rich">
    {blocksOf(sanitize(text)).map((block) => (
      <BlockView block={block} self={self} />
    ))}
  </div>
));

function BlockView({ block, self }: { readonly block: Block; readonly self: string }): VNode {
  switch (block.is) {
    case "paragraph":
      return (
        <p dir="auto">
          <Inlines of={block.of} self={self} />
        </p>
      );
    case "block":
      return (
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case "quote":
      return (
        <blockquote>
          {block.of.map((inner) => (
            <BlockView block={inner} self={self} />
          ))}
        </blockquote>
      );
  }
}

function Inlines({ of, self }: { readonly of: readonly Inline[]; readonly self: string }): VNode {
  return (
    <>
      {of.map((inline) => (
        <InlineView inline={inline} self={self} />
      ))}
    </>
  );
}

const EVERYONE = new Set(["everyone", "all"]);

function InlineView({ inline, self }: { readonly inline: Inline; readonly self: string }): VNode {
  switch (inline.is) {
    case "text":
      return <>{inline.text}</>;
    case "code":
      return <code>{inline.text}</code>;
    case "link":
      return (
        <a href={inline.href} target="_blank" rel="noopener noreferrer nofollow">
          {inline.href}
        </a>
      );
    case "mention":
      return (
        <span class={inline.user === self || EVERYONE.has(inline.user) ? "mention of-me" : "mention"}>
          @{inline.user}
        </span>
      );
    case "strong":
      return (
        <strong>
          <Inlines of={inline.of} self={self} />
        </strong>
      );
    case "em":
      return (
        <em>
          <Inlines of={inline.of} self={self} />
        </em>
      );
    case "strike":
      return (
        <s>
          <Inlines of={inline.of} self={self} />
        </s>
      );
  }
}
