// What rings outside of the window: a notification of the desktop and a short tone, both only where the person has asked for them.
import type { Ring, SettingsView } from "../../../port/screens.ts";
import { sanitizeLine } from "../../sanitize.ts";

const TONE_HZ = 660;
const TONE_S = 0.12;
const LONG = 200;

export interface Ringing {
  readonly settings: SettingsView;
  readonly isLocked: boolean;
  /** Instead of what was said, where that is to stay hidden. */
  readonly hidden: string;
  readonly onOpen: (conversation: string) => void;
}

export function ringOut(ring: Ring, { settings, isLocked, hidden, onOpen }: Ringing): void {
  if (settings.sound) tone();
  if (!settings.notifications || Notification.permission !== "granted" || document.hasFocus()) return;
  // It may be locked, and the view not have said so yet.
  const isSilent = isLocked || ring.conversation === "";
  const title = isSilent ? "Mutual" : sanitizeLine(ring.title, LONG);
  const body = isSilent || ring.text === "" ? hidden : sanitizeLine(ring.text, LONG);
  const shown = new Notification(title, { body, tag: isSilent ? "locked" : ring.conversation, icon: "/icon.svg" });
  shown.addEventListener("click", () => {
    shown.close();
    window.focus();
    if (!isSilent) onOpen(ring.conversation);
  });
}

function tone(): void {
  const context = new AudioContext();
  const [source, volume] = [context.createOscillator(), context.createGain()];
  source.frequency.value = TONE_HZ;
  volume.gain.setValueAtTime(0.08, context.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + TONE_S);
  source.connect(volume).connect(context.destination);
  source.addEventListener("ended", () => void context.close());
  source.start();
  source.stop(context.currentTime + TONE_S);
}
