// The items of a conversation as rows, each made once for a width and kept as long as the item is the same object.
import type { ScreenView, SystemEvent, TimelineItem, TransferView } from "../../../port/screens.ts";
import type { SafeText } from "../../sanitize.ts";
import { words } from "../ground/text.ts";
import { type Columns, columnsOf, leftOf, messageRows } from "./message-rows.ts";
import { dayOf, hourOf, type Look } from "./look.ts";
import { type Row, span } from "./rows.ts";
import { hearerOf, systemSentence } from "./system-words.ts";

interface Made {
  readonly rows: readonly Row[];
  readonly transfer: TransferView | undefined;
}

export class Timeline {
  readonly width: number;
  readonly look: Look;
  readonly #columns: Columns;
  readonly #made = new WeakMap<TimelineItem, Made>();
  #view: ScreenView;
  #transfers: ReadonlyMap<string, TransferView> = new Map();

  constructor(width: number, look: Look, view: ScreenView) {
    this.width = width;
    this.look = look;
    this.#columns = columnsOf(width);
    this.#view = view;
    this.see(view);
  }

  /** What is asked from now on is about this. */
  see(view: ScreenView): void {
    if (view.transfers !== this.#view.transfers || this.#transfers.size !== view.transfers.length)
      this.#transfers = new Map(view.transfers.map((one) => [one.message, one]));
    this.#view = view;
  }

  rowsOf(item: TimelineItem): readonly Row[] {
    const transfer = item.item === "message" ? this.#transfers.get(item.message.message) : undefined;
    const made = this.#made.get(item);
    if (made !== undefined && made.transfer === transfer) return made.rows;
    const rows = this.#make(item, transfer);
    this.#made.set(item, { rows, transfer });
    return rows;
  }

  #make(item: TimelineItem, transfer: TransferView | undefined): readonly Row[] {
    const { theme } = this.look;
    switch (item.item) {
      case "date":
        return [this.#rule(dayOf(item.at, this.look), theme.quiet)];
      case "unread":
        return [this.#rule(this.look.say.count("unread", item.count), theme.mention)];
      case "message":
        return messageRows({ message: item.message, transfer, self: this.#view.self.user }, this.#columns, this.look);
      case "system":
        return this.#system(item.event);
    }
  }

  #rule(text: SafeText, style: number): Row {
    const { theme, ruler } = this.look;
    const room = Math.max(0, this.width - ruler.width(text) - 2);
    const left = Math.floor(room / 2);
    const [before, behind] = [left, room - left].map((count) => span(words`${"─".repeat(count)}`, theme.line));
    return [
      ...(before === undefined ? [] : [before]),
      span(words` ${text} `, style),
      ...(behind === undefined ? [] : [behind]),
    ];
  }

  #system(event: SystemEvent): readonly Row[] {
    const { theme, ruler, say } = this.look;
    const sentence = systemSentence(event, hearerOf(this.#view, say));
    if (sentence === undefined) return [];
    const left = leftOf(this.#columns);
    const style = event.event === "alarm" ? theme.bad : theme.system;
    const head = words`${hourOf(event.at)} ${" ".repeat(left - 8)}`;
    return ruler
      .wrap(sentence, this.#columns.text)
      .map((text, at) => [
        span(at === 0 ? head : words`${" ".repeat(left - 2)}`, theme.quiet),
        span(words`${at === 0 ? "* " : "  "}`, style),
        span(text, style),
      ]);
  }
}
