// What `node scripts/test-users.ts --help` prints, on 80 columns.

export const HELP = `Usage: node scripts/test-users.ts --dir DIR --users NAMES [OPTIONS]

Makes users with OpenPGP keys and passphrases, for trying out by hand how
somebody joins a realm. Run again, it keeps the users who are there. For tests
only: the passphrases lie beside the keys.

  --dir DIR         the folder; each user gets one of their own in it:
                      DIR/ada/gnupg           GNUPGHOME, with the secret key
                      DIR/ada/public.asc      the public key
                      DIR/ada/secret.asc      the secret key, locked
                      DIR/ada/passphrase      its passphrase (mode 0600)
  --users NAMES     names with spaces or commas between them
  --domain DOMAIN   what stands after the @ (example.org)
  --publish URL     send the public keys to this key server, hkp:// or http(s)://
  --help            this text

Example:
  node scripts/test-users.ts --dir build/users --users "ada bob" \\
    --domain example.org --publish hkp://127.0.0.1:11371
`;
