// Every limit of the protocol with its reason. Configuration may lower them, never raise them above these.

const KiB = 1024;
const MiB = 1024 * KiB;

/** A frame, without its 4-byte length. A commit of 1,000 members with its welcomes fits; more is a flood. */
export const FRAME_BYTES = 1 * MiB;
/** A frame from a device that has not said hello yet: nothing it may say is longer (1,000 positions of 60 bytes). */
export const HELLO_BYTES = 128 * KiB;
/** A message body: leaves room for the envelope inside one frame. */
export const BODY_BYTES = 512 * KiB;
/** Entries in one page: a page is one database read and must not hold up the others. */
export const PAGE_COUNT = 500;
/** Bytes of bodies in one page: fits in one frame with its envelope. */
export const PAGE_BYTES = 768 * KiB;
/** An ephemeral signal (typing): it is never stored, so it must be cheap. */
export const SIGNAL_BYTES = 2 * KiB;
/** What of it a device may fill: the rest is for the log, the sender and the frame. */
export const SIGNAL_BODY_BYTES = SIGNAL_BYTES - 128;
/** Entries of the realm's log in one page: as many of the longest fit into a frame. */
export const LOG_PAGE_COUNT = 200;
/** One piece of a blob. */
export const BLOB_CHUNK_BYTES = 256 * KiB;
/** One blob. */
export const BLOB_BYTES = 1024 * MiB;
/** Single-use key packages of one cipher suite kept for a device (RFC 9420 §16.8: bounded, so that nobody can fill the server). */
export const KEY_PACKAGES = 25;
/** Cipher suites of which a device has key packages: one for most conversations, one for large ones. */
export const KEY_PACKAGE_SUITES = 2;
/** One key package: an X-Wing leaf with its certificate chain is about 5 kB. */
export const KEY_PACKAGE_BYTES = 16 * KiB;
/** Devices in one claim of key packages: their packages fit into one frame. */
export const CLAIM_DEVICES = 50;
/** With fewer of a suite left a device is told to fill up, while there is time to do so. */
export const KEY_PACKAGES_LOW = 5;
/** One part of a ratchet tree: 16 nodes, a leaf with its certificates is at most 5 kB. */
export const TREE_PART_BYTES = 128 * KiB;
/** Parts of one ratchet tree: as many as the tree of `MEMBERS` devices has, when it is full. */
export const TREE_PARTS = 1024;
/** The signed description of a group, without its tree. */
export const GROUP_INFO_BYTES = 64 * KiB;
/** Parts that a device has put and no commit has named yet: the tree of a full conversation, and some. */
export const TREE_WAITING_BYTES = 48 * MiB;
/** A commit's body and note together: it travels as one entry of one frame. */
export const COMMIT_BYTES = 768 * KiB;
/** What the welcomes of one commit fill in all inboxes: a hundred newcomers at once; more come in two commits. */
export const WELCOME_BYTES = 16 * MiB;
/** Users waiting to be let into one room: what an admin can look through. */
export const ASKS_OF_ROOM = 100;
/** Rooms where one user waits to be let in. */
export const ASKS_OF_USER = 50;
/** Terms of all conversations in one greeting: leaves room for the rest of the frame. */
export const GREETING_TERMS_BYTES = 512 * KiB;
/** Members of one conversation, in devices. */
export const MEMBERS = 5_000;
/** Items in any repeated field that is not entries: hello positions, cursors, device look-ups. */
export const ITEMS = 5_000;
/** Rooms and direct conversations of one user: every greeting names all of them. */
export const CONVERSATIONS = 1_000;
/** Users in one answer to a search. */
export const USERS_PAGE = 200;
/** Any short text on the wire: a feature, an agent, an error code. */
export const TEXT_CHARS = 512;
/** Appends waiting for the store, in count and bytes (store contract C9): about a second of work for a disk. */
export const QUEUE_OPS = 10_000;
export const QUEUE_BYTES = 32 * MiB;
/** A certificate that has ended is renewed for so long, and its leaf stays in its groups: who slept comes back. */
export const RENEWAL_GRACE_MS = 30 * 24 * 3600 * 1000;
