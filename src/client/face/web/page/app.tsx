// The whole page: which of its screens is there, its keys, its title, its looks. The view comes from the line, and nothing else is held.
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ComponentChildren, VNode } from "preact";
import type { Ring, ScreenView } from "../../../port/screens.ts";
import type { LinkReason } from "../../../port/views.ts";
import { NO_SENT_LINES } from "../../sent-lines.ts";
import { Blobs } from "./blobs.ts";
import { Conversation } from "./conversation.tsx";
import { datesIn } from "./dates.ts";
import type { Trays } from "./dropped-files.ts";
import { EndedDialog } from "./ended-dialog.tsx";
import { FirstRunScreen } from "./first-run.tsx";
import { usePageKeys } from "./keys.ts";
import { Line, Refused, type Showing } from "./line.ts";
import { LockScreen, VaultScreen } from "./lock.tsx";
import { useLooks } from "./looks.ts";
import { ringOut } from "./notifications.ts";
import { useNarrow } from "./narrow.ts";
import { Notices } from "./notices.tsx";
import { NewMessages } from "./new-messages.tsx";
import { Panels } from "./panels.tsx";
import { QuestionDialog } from "./questions.tsx";
import { useAsking } from "./use-asking.ts";
import { Sidebar } from "./sidebar.tsx";
import { type OwnFault, type Sources, TellingContext, useTellingOf } from "./telling.ts";
import { type Panel, type Tools, ToolsContext, useTools } from "./tools.ts";
import { type Upload, Uploads } from "./uploads.ts";
import { sayIn } from "./words/say.ts";

const FAULTS_MOST = 5;
const NOTHING: readonly never[] = [];

export function App({ sessionKey }: { readonly sessionKey: string }): VNode {
  const [showing, setShowing] = useState<Showing>({ is: "waiting" });
  const [panel, show] = useState<Panel>();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [isEnded, setEnded] = useState(false);
  const [faults, setFaults] = useState<readonly OwnFault[]>([]);
  const fault = useCallback((reason: LinkReason) => {
    setFaults((before) => [...before, { id: performance.now(), reason }].slice(-FAULTS_MOST));
  }, []);
  const parts = useParts(sessionKey, { showing, setShowing, setEnded, setUploads, fault });
  const isOpen = showing.is === "chat" && !showing.view.locked;
  const { asked, askFirst } = useAsking(isOpen);
  useEffect(() => {
    if (!isOpen) parts.sent.current = NO_SENT_LINES;
  }, [isOpen]);
  const language = showing.is === "chat" ? showing.view.settings.language : navigator.language;
  const tools = useMemo((): Tools => {
    const say = sayIn(language);
    const go = (work: Promise<unknown>): void =>
      void work.catch((error: unknown) =>
        fault(error instanceof Refused ? error.reason : { code: "page", message: say("went-wrong") }),
      );
    return { ...parts, say, dates: datesIn(say.language, () => Date.now()), show, askFirst, fault, go };
  }, [parts, language]);
  const forget = useCallback(
    (ids: readonly number[]) => setFaults((before) => before.filter(({ id }) => !ids.includes(id))),
    [],
  );
  return (
    <ToolsContext.Provider value={tools}>
      <Teller notices={showing.is === "chat" ? showing.view.notices : NOTHING} faults={faults} onForget={forget}>
        <Screen showing={showing} panel={panel} uploads={uploads} />
        {asked !== undefined && <QuestionDialog {...asked} />}
        {isEnded && <EndedDialog />}
      </Teller>
    </ToolsContext.Provider>
  );
}

function Teller({ children, ...sources }: Sources & { readonly children: ComponentChildren }): VNode {
  return <TellingContext.Provider value={useTellingOf(sources)}>{children}</TellingContext.Provider>;
}

interface Around {
  readonly showing: Showing;
  readonly setShowing: (showing: Showing) => void;
  readonly setEnded: (isEnded: boolean) => void;
  readonly setUploads: (uploads: readonly Upload[]) => void;
  readonly fault: Tools["fault"];
}

/** What lives as long as the page. */
function useParts(
  key: string,
  { showing, setShowing, setEnded, setUploads, fault }: Around,
): Pick<Tools, "line" | "blobs" | "uploads" | "sent"> {
  const now = useRef<Showing>(showing);
  now.current = showing;
  return useMemo(() => {
    const line = new Line(key, {
      onShowing: setShowing,
      onEnded: setEnded,
      onFault: fault,
      onRing: (ring) => {
        if (now.current.is === "chat") ringFor(ring, now.current.view, line);
      },
    });
    return { line, blobs: new Blobs(key), uploads: new Uploads(key, setUploads), sent: { current: NO_SENT_LINES } };
  }, [key]);
}

function ringFor(ring: Ring, { settings, locked: isLocked }: ScreenView, line: Line): void {
  const onOpen = (conversation: string): void => void line.do({ want: "open", conversation }).catch(() => undefined);
  ringOut(ring, { settings, isLocked, hidden: sayIn(settings.language)("new-message"), onOpen });
}

interface ScreenProps {
  readonly showing: Showing;
  readonly panel: Panel | undefined;
  readonly uploads: readonly Upload[];
}

function Screen({ showing, panel, uploads }: ScreenProps): VNode {
  if (showing.is === "chat") return <Chat view={showing.view} isCut={showing.isCut} panel={panel} uploads={uploads} />;
  return (
    <>
      <Single showing={showing} />
      <Notices isAlone />
    </>
  );
}

/** What stands alone. */
function Single({ showing }: { readonly showing: Exclude<Showing, { readonly is: "chat" }> }): VNode {
  const { say } = useTools();
  switch (showing.is) {
    case "waiting":
      return <Lonely title="Mutual" about={say("link-connecting")} />;
    case "over":
      return <Lonely title={say("over")} about={say("over-about")} />;
    case "first-run":
      return <FirstRunScreen />;
    case "protected":
      return <VaultScreen name={showing.name} />;
  }
}

export function Lonely({ title, about }: { readonly title: string; readonly about: string }): VNode {
  return (
    <main class="lonely">
      <div class="lonely-card">
        <h1>{title}</h1>
        <p>{about}</p>
      </div>
    </main>
  );
}

interface ChatProps {
  readonly view: ScreenView;
  readonly isCut: boolean;
  readonly panel: Panel | undefined;
  readonly uploads: readonly Upload[];
}

function Chat({ view, isCut, panel, uploads }: ChatProps): VNode {
  const { line, show, go, say } = useTools();
  // On a narrow window one of the two columns is there.
  const [isInside, setInside] = useState(view.open.conversation !== "");
  // They outlast another conversation, and the lock, which shows nothing of them.
  const [trays, onTrays] = useState<Trays>({});
  useLooks(view, say);
  usePageKeys(view);
  useEffect(() => {
    if (view.locked) show(undefined);
  }, [view.locked]);
  const open = useCallback((conversation: string) => {
    setInside(true);
    go(line.do({ want: "open", conversation }));
  }, []);
  const back = useCallback(() => setInside(false), []);
  const isListAlone = useNarrow(view.settings.fontScale) && !isInside;
  if (view.locked) return <LockedChat />;
  return (
    <div class={isInside ? "chat inside" : "chat"}>
      <div class="list-place" role={isListAlone ? "main" : undefined}>
        {isListAlone && <h1 class="hidden">{say("conversations")}</h1>}
        <Sidebar view={view} isCut={isCut} onOpen={open} />
      </div>
      {view.open.conversation === "" ? (
        <Lonely title={say("nothing-open")} about={say("nothing-open-about")} />
      ) : (
        <Conversation {...{ view, uploads, isCut, trays, onTrays }} isHidden={isListAlone} onBack={back} />
      )}
      {(isListAlone || view.open.conversation === "") && <Notices isAlone />}
      <NewMessages open={view.open} />
      {panel !== undefined && <Panels panel={panel} view={view} onOpen={open} />}
    </div>
  );
}

function LockedChat(): VNode {
  return (
    <>
      <LockScreen />
      <Notices isAlone />
    </>
  );
}
