// Where the page begins: first the key, then everything else.
import { render } from "preact";
import { App, Lonely } from "./app.tsx";
import { sessionKey } from "./session.ts";
import { sayIn } from "./words/say.ts";

async function main(): Promise<void> {
  const place = document.querySelector("#page");
  if (place === null) return;
  const key = await sessionKey();
  const say = sayIn(navigator.language);
  document.documentElement.lang = say.language;
  if (key === undefined) render(<Lonely title={say("over")} about={say("over-about")} />, place);
  else render(<App sessionKey={key} />, place);
}

void main();
