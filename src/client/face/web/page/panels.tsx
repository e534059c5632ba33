// Which dialog stands over the page: one at a time.
import type { VNode } from "preact";
import type { ScreenView } from "../../../port/screens.ts";
import { AboutDialog } from "./about-dialog.tsx";
import { AdminDialog } from "./admin-dialog.tsx";
import { AuditDialog } from "./audit-dialog.tsx";
import { DevicesDialog } from "./devices-dialog.tsx";
import { KeysDialog } from "./keys-dialog.tsx";
import { NewDialog } from "./new-dialog.tsx";
import { PairDialog } from "./pair-dialog.tsx";
import { PassphraseDialog } from "./passphrase-dialog.tsx";
import { PersonDialog } from "./person-dialog.tsx";
import { PictureDialog } from "./picture-dialog.tsx";
import { SettingsDialog } from "./settings-dialog.tsx";
import { Switcher } from "./switcher.tsx";
import type { Panel } from "./tools.ts";

export interface PanelsProps {
  readonly panel: Panel;
  readonly view: ScreenView;
  readonly onOpen: (conversation: string) => void;
}

export function Panels({ panel, view, onOpen }: PanelsProps): VNode | null {
  switch (panel.panel) {
    case "person":
      return <PersonDialog key={panel.user} user={panel.user} view={view} onOpen={onOpen} />;
    case "devices":
      return <DevicesDialog view={view} />;
    case "pair":
      return <PairDialog line={panel.line} qr={panel.qr} until={panel.until} />;
    case "settings":
      return <SettingsDialog settings={view.settings} />;
    case "switcher":
      return <Switcher conversations={view.conversations} onOpen={onOpen} />;
    case "new":
      return <NewDialog self={view.self.user} wants={panel.wants} onOpen={onOpen} />;
    case "about": {
      const row = view.conversations.find(({ conversation }) => conversation === view.open.conversation);
      return row === undefined ? null : <AboutDialog row={row} />;
    }
    case "keys":
      return <KeysDialog />;
    case "audit":
      return <AuditDialog user={panel.user} />;
    case "admin":
      return <AdminDialog />;
    case "passphrase":
      return <PassphraseDialog hasOne={view.settings.hasPassphrase} />;
    case "picture":
      return <PictureDialog message={panel.message} timeline={view.open.timeline} />;
  }
}
