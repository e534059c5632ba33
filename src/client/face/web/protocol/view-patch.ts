// What the page must hear so that the view it holds becomes the view of now: the parts that are other objects, and of the two long lists
// the items that are. Pure; both ends of the connection use it.
import type { ConversationRow, OpenView, ScreenView, TimelineItem, TimelineView } from "../../../port/screens.ts";
import { type ListPatch, listPatchOf, patchedList } from "./list-patch.ts";

/** What JSON leaves out is put in again where it belongs: `search` is null when there is none any more. */
export interface ViewPatch {
  readonly parts?: Partial<Omit<ScreenView, "conversations" | "open" | "search">>;
  readonly search?: NonNullable<ScreenView["search"]> | null;
  readonly rows?: ListPatch<ConversationRow>;
  readonly open?: Partial<Omit<OpenView, "timeline">>;
  /** The timeline without its items. */
  readonly timeline?: Omit<TimelineView, "items">;
  readonly items?: ListPatch<TimelineItem>;
}

const PARTS = ["self", "link", "unread", "mentions", "notices", "transfers", "settings", "locked"] as const;
const OPEN_PARTS = ["conversation", "composer", "members", "asking"] as const;

/** Undefined: nothing is different. */
export function viewPatchOf(before: ScreenView, after: ScreenView): ViewPatch | undefined {
  if (before === after) return undefined;
  const parts = differing(before, after, PARTS);
  const rows = listPatchOf(before.conversations, after.conversations, keyOfRow);
  const open = differing(before.open, after.open, OPEN_PARTS);
  const items = itemsPatchOf(before.open, after.open);
  const patch: ViewPatch = {
    ...(parts && { parts }),
    ...(before.search !== after.search && { search: after.search ?? null }),
    ...(rows && { rows }),
    ...(open && { open }),
    ...(before.open.timeline !== after.open.timeline && { timeline: withoutItems(after.open.timeline) }),
    ...(items && { items }),
  };
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** Keys of another conversation say nothing about those of this one. */
function itemsPatchOf(before: OpenView, after: OpenView): ListPatch<TimelineItem> | undefined {
  const old = before.timeline.items;
  if (before.conversation === after.conversation) return listPatchOf(old, after.timeline.items, keyOfItem);
  return { drop: 0, at: 0, remove: old.length, insert: after.timeline.items, changed: [] };
}

export function patchedView(view: ScreenView, patch: ViewPatch): ScreenView {
  const { timeline } = view.open;
  const items = patch.items === undefined ? timeline.items : patchedList(timeline.items, patch.items);
  const isOpenSame = patch.open === undefined && patch.timeline === undefined && patch.items === undefined;
  return {
    ...view,
    ...patch.parts,
    ...(patch.search !== undefined && { search: patch.search ?? undefined }),
    ...(patch.rows && { conversations: patchedList(view.conversations, patch.rows) }),
    open: isOpenSame
      ? view.open
      : { ...view.open, ...patch.open, timeline: { ...(patch.timeline ?? timeline), items } },
  };
}

function keyOfRow(row: ConversationRow): string {
  return row.id;
}

function keyOfItem(item: TimelineItem): string {
  return item.key;
}

function withoutItems(timeline: TimelineView): Omit<TimelineView, "items"> {
  const { items: _, ...rest } = timeline;
  return rest;
}

function differing<T extends object, K extends keyof T>(
  before: T,
  after: T,
  names: readonly K[],
): Partial<Pick<T, K>> | undefined {
  const changed = names.filter((name) => before[name] !== after[name]);
  if (changed.length === 0) return undefined;
  return Object.fromEntries(changed.map((name) => [name, after[name]])) as Partial<Pick<T, K>>;
}
