// Why a change of a group does not come about, in words: by the code of the server that admits it, or of the plan that it is made by.
import { Fault } from "../../../model/fault.ts";

type Told = readonly [message: string, hint: string];

const TOLD: Readonly<Record<string, Told>> = {
  "not-a-member": ["this is for members of the conversation", "/join, or ask a member to add you"],
  "not-an-admin": ["only owners and admins of the conversation may do that", "/who says who they are: ask one of them"],
  "not-an-owner": ["only owners of the conversation may do that", "/who says who they are: ask one of them"],
  "not-open": ["nobody comes in here by themselves", "ask a member who may add you"],
  "not-in-roster": ["the device is not in the conversation any more", "/who says who is in it"],
  "in-roster-already": ["the device is in the conversation already", "there is nothing to do"],
  "other-device": ["a device brings only itself in, and takes only others out", "/leave is the way out"],
  "last-owner": ["a room keeps an owner", "make another member owner first, or /disband it"],
  "fixed-members": [
    "nobody is added to this conversation or taken out of it",
    "/create makes a room, where that is possible",
  ],
  "bad-terms": [
    "the server does not take these terms of the conversation",
    "try again; update this program if it repeats",
  ],
  closed: ["the conversation has ended", "/create makes another one"],
  removed: ["this device was taken out of the conversation", "ask a member to add you again"],
  "no-such-device": ["the server does not know a device that was to be added", "try again"],
  "no-such-conversation": [
    "the conversation is not there any more, or not for this device",
    "/conversations lists all",
  ],
  "too-many-members": ["the conversation has as many devices as one can have", "make another room"],
  "too-large": ["the change is larger than the server takes", "add fewer people at once"],
};

/** The change did not come about. */
export function refusedFor(code: string): Fault {
  return toldFor(code, `the change was refused: ${code}`);
}

/** This device did not come into the conversation. */
export function shutFor(code: string): Fault {
  return toldFor(code, `this device does not come into the conversation: ${code}`);
}

function toldFor(code: string, otherwise: string): Fault {
  const [message, hint] = TOLD[code] ?? [otherwise, "try again; ask the administrator if it repeats"];
  return new Fault(code, message, { hint });
}
