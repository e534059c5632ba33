// How long the secrets are that others are derived from. Knows nothing else, so that who needs a number loads no library.

/** Of the session key and of the export key of OPAQUE (RFC 9807: Nx = Nh of SHA-512). */
export const OPAQUE_KEY_BYTES = 64;
/** Of a recovery phrase, without its checksum. */
export const ENTROPY_BYTES = 32;
