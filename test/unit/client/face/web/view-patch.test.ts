// What the page is told is enough to have the view that the model has, whatever changed in between; and it is little.
import fc from "fast-check";
import { expect, test } from "vitest";
import { listPatchOf, patchedList } from "../../../../../src/client/face/web/protocol/list-patch.ts";
import { patchedView, viewPatchOf } from "../../../../../src/client/face/web/protocol/view-patch.ts";
import { FakeScreens } from "../../../../kit/web/fake-screens.ts";
import { madeUpView, messageItem } from "../../../../kit/web/made-up.ts";

interface Item {
  readonly key: string;
  readonly value: number;
}

const keyOf = ({ key }: Item): string => key;
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

test("any list becomes any other list of items with keys of their own", () => {
  const keys = fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 12 });
  const items = keys.map((numbers) => numbers.map((key) => ({ key: String(key), value: key })));
  fc.assert(
    fc.property(items, items, fc.array(fc.integer({ min: 0, max: 12 })), (before, after, touched) => {
      const now = after.map((item) => {
        const old = before.find(({ key }) => key === item.key);
        return old === undefined || touched.includes(item.value) ? { ...item, value: item.value + 100 } : old;
      });
      const patch = listPatchOf(before, now, keyOf);
      expect(patch === undefined ? before : patchedList(before, throughJson(patch))).toEqual(now);
    }),
  );
});

test("one more at the end, with the oldest gone, is one item; the same list is nothing", () => {
  const before = Array.from({ length: 500 }, (_, at) => ({ key: String(at), value: at }));
  const after = [...before.slice(1), { key: "new", value: 1 }];
  expect(listPatchOf(before, after, keyOf)).toMatchObject({
    drop: 1,
    remove: 0,
    insert: [{ key: "new" }],
    changed: [],
  });
  expect(listPatchOf(before, [...before], keyOf)).toBeUndefined();
});

test("a view follows another through JSON, part by part", () => {
  const screens = new FakeScreens();
  let page = throughJson(screens.view);
  let shown = screens.view;
  const follow = (): void => {
    const patch = viewPatchOf(shown, screens.view);
    shown = screens.view;
    if (patch !== undefined) page = patchedView(page, throughJson(patch));
    expect(page).toEqual(throughJson(shown));
  };
  screens.say({ text: "hello" });
  follow();
  screens.change({ locked: true, unread: 0 });
  follow();
  screens.change({ search: { query: "x", results: [], isRunning: true } });
  follow();
  screens.change({ search: undefined });
  follow();
  const conversations = screens.view.conversations.map((row, at) => (at === 2 ? { ...row, unread: 15 } : row));
  screens.change({ conversations: [...conversations.slice(2), ...conversations.slice(0, 2)] });
  follow();
  screens.change({ open: madeUpView({ conversation: "@elena" }).open });
  follow();
  screens.change({ open: madeUpView({ items: [messageItem(1, {}), messageItem(2, {})] }).open });
  follow();
  expect(viewPatchOf(shown, screens.view)).toBeUndefined();
});

test("what did not change is the same object on the page, so that nothing of it is drawn anew", () => {
  const { view } = new FakeScreens();
  const after = patchedView(view, { parts: { unread: 1 } });
  expect(
    [after.open, after.conversations, after.settings].every(
      (part, at) => part === [view.open, view.conversations, view.settings][at],
    ),
  ).toBe(true);
});
