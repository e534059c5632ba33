// The parts of the screens, put together.
import type { MessageId } from "../../../model/ids.ts";
import type { MessageView, Sender } from "../../port/views.ts";
import { Composer } from "./composer.ts";
import { ConversationList } from "./conversation-list.ts";
import { Days } from "./days.ts";
import { Expiry } from "./expiry.ts";
import { Kept } from "./kept.ts";
import { LateSettings } from "./late-settings.ts";
import { Locking } from "./locking.ts";
import { Notices } from "./notices.ts";
import { OpenConversation } from "./open-conversation.ts";
import { OpenMembers } from "./open-members.ts";
import { Paging } from "./paging.ts";
import { People } from "./people.ts";
import { Reading } from "./reading.ts";
import { Roster } from "./roster.ts";
import { Searching } from "./searching.ts";
import { SystemLines } from "./system-lines.ts";
import { Timelines } from "./timelines.ts";
import { TransferList } from "./transfer-list.ts";
import type { Ask, ScreensWorld } from "./world.ts";

export interface PartsWorld {
  readonly world: ScreensWorld;
  readonly ask: Ask;
  readonly onChange: () => void;
}

/** What all of them stand on. */
interface Ground {
  readonly ask: Ask;
  readonly onChange: () => void;
  readonly clock: ScreensWorld["clock"];
  readonly now: () => number;
  /** This user; and as a sender. */
  readonly self: string;
  readonly sender: Sender;
  readonly notices: Notices;
  readonly late: LateSettings;
  readonly kept: Kept;
  readonly roster: Roster;
  readonly locking: Locking;
  readonly expiry: Expiry;
  readonly days: Days;
  readonly systems: SystemLines;
}

export interface Parts extends Ground {
  readonly list: ConversationList;
  readonly timelines: Timelines;
  readonly paging: Paging;
  readonly members: OpenMembers;
  readonly open: OpenConversation;
  readonly reading: Reading;
  readonly composer: Composer;
  readonly transfers: TransferList;
  readonly searching: Searching;
  readonly people: People;
}

export function partsOf(wish: PartsWorld): Parts {
  const ground = groundOf(wish);
  const { onChange, clock } = ground;
  const onListed = (): void => {
    ground.systems.listed((conversation) => list.placeOf(conversation));
    open.listed();
  };
  const list: ConversationList = new ConversationList({ ...ground, onListed });
  const nameOf = (place: string): string => list.at(place)?.view.conversation ?? place;
  const timelines = new Timelines({ ...ground, self: ground.sender, nameOf });
  const onMessages = (messages: readonly MessageView[]): void => {
    ground.expiry.want(messages);
    for (const { from } of messages) ground.roster.met(from);
  };
  const paging = new Paging({ ...ground, onMessages });
  const members = new OpenMembers({
    ...ground,
    name: () => (open.row === undefined || open.row.view.past !== undefined ? undefined : open.name),
  });
  const held = { ...ground, list, timelines, paging, members };
  const open: OpenConversation = new OpenConversation({
    ...held,
    self: ground.sender,
    reading: () => reading,
    composer: () => composer,
  });
  const reading: Reading = new Reading({
    ...held,
    open: () => ({ place: open.place, timeline: open.held.timeline }),
    isLocked: () => ground.locking.isLocked,
  });
  const composer = composerOf(wish, { ...held, open, reading });
  const placeOf = (message: MessageId): string | undefined =>
    open.held.timeline.entryOf(message) === undefined ? undefined : open.name;
  const transfers = new TransferList({ clock, onChange, placeOf });
  const searching = new Searching(ground);
  return { ...held, open, reading, composer, transfers, searching, people: new People(ground) };
}

function composerOf(
  { world: { random } }: PartsWorld,
  { list, open, reading, sender, ...ground }: Ground & Pick<Parts, "list" | "open" | "reading">,
): Composer {
  return new Composer({
    ...ground,
    random,
    self: sender,
    desk: () => open.desk,
    onDraft: () => list.touched(),
    onFault: (error) => ground.notices.fault(error),
    onSent: () => {
      if (open.row !== undefined) reading.wrote(open.row);
      if (open.held.timeline.hasNewer) void open.end().catch(() => {});
    },
  });
}

function groundOf({ world, ask, onChange }: PartsWorld): Ground {
  const { clock, self } = world;
  const now = (): number => clock.now();
  const notices = new Notices(now);
  const late = new LateSettings({ ...world, onFailed: (error) => notices.fault(error) });
  const kept = new Kept({ ...world, late });
  const roster = new Roster(kept.nicknames);
  const { user, name, device } = self;
  const sender: Sender = { user, name, device: device as Sender["device"], verified: true };
  roster.met(sender);
  const locking = new Locking({ ...world, lockAfter: () => kept.settings.lockAfter, onLocked: onChange });
  const [expiry, days, systems] = [new Expiry({ clock }), new Days(world.local), new SystemLines(late)];
  return { ask, onChange, clock, now, self: user, sender, notices, late, kept, roster, locking, expiry, days, systems };
}
