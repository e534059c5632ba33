// What looks up what this client knows, put together on the core.
import type { Abouts } from "./abouts.ts";
import { Answers } from "./answers.ts";
import type { AppWorld } from "./app-world.ts";
import type { Core } from "./core.ts";
import type { Personal } from "./personal.ts";

interface AnswersParts {
  readonly app: AppWorld;
  readonly core: Core;
  readonly abouts: Abouts;
  readonly personal: Personal;
}

export function newAnswers({ app: { vault, peer, realm }, core, abouts, personal }: AnswersParts): Answers {
  const { batch, people, conversations, connector, circles, lobby } = core;
  return new Answers({
    vault,
    batch,
    people,
    conversations,
    connector,
    circles,
    peer,
    abouts,
    lobby,
    personal,
    realm: realm.fingerprint,
    viewWorld: () => core.viewWorld(),
  });
}
