// The name of the protocol in the TLS handshake (RFC 7301).

export const ALPN = "mutual-chat/1";
