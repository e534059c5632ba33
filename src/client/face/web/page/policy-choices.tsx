// How people come into a room, and what they find there: the same choices for a new one and for one that there is.
import type { VNode } from "preact";
import type { HistoryPolicy, JoinPolicy } from "../../../../model/terms.ts";
import { Choice } from "./settings-dialog.tsx";
import { useTools } from "./tools.ts";

interface PolicyProps<Policy> {
  readonly value: Policy;
  readonly onPick: (policy: Policy) => void;
}

const JOINS: readonly JoinPolicy[] = ["invite", "ask", "open"];
const DAYS = [1, 7, 30, 90, 365];

export function JoinChoice({ value, onPick }: PolicyProps<JoinPolicy>): VNode {
  const { say } = useTools();
  return (
    <Choice
      label={say("join-policy")}
      value={value}
      options={JOINS.map((policy) => [policy, say(`join-${policy}`)])}
      onPick={(policy) => onPick(policy as JoinPolicy)}
    />
  );
}

export function HistoryChoice({ value, onPick }: PolicyProps<HistoryPolicy>): VNode {
  const { say } = useTools();
  const days = [...new Set([...DAYS, ...(typeof value === "number" ? [value] : [])])].toSorted((a, b) => a - b);
  return (
    <Choice
      label={say("history-policy")}
      value={String(value)}
      options={[
        ["none", say("history-none")],
        ...days.map((count) => [String(count), say.count("history-days", count)] as const),
        ["all", say("history-all")],
      ]}
      onPick={(policy) => onPick(policy === "none" || policy === "all" ? policy : Number(policy))}
    />
  );
}
