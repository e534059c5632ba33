// What `gen-certs --help` prints: by hand, so that it reads well on 80 columns. A test holds it to the options.

export const HELP = `Usage: make certs [CLIENTS="..."] [HOSTS="..."] [CERTS=DIR] [ARGS="OPTIONS"]

Makes a certificate authority (CA) and certificates for a server and its
clients. Run again, it keeps what is there, adds what is asked for, and renews
what is in the last third of its life.

What is made:
  --clients NAMES         who gets a certificate (CLIENTS). Not given: those who
                          are there; the first time alice and bob. A name for
                          people to see and an e-mail address may follow, with
                          commas: "alice:Alice A. <alice@example.org>, bob"
  --hosts NAMES           all names and addresses by which clients reach the
                          server (HOSTS). Not given: those of its certificate;
                          the first time localhost, 127.0.0.1, ::1 and the name
                          of this machine
  --certs DIR             the folder (CERTS; certs)
  --days NUMBER           life in days of the certificates made now (397)
  --key-type TYPE         ed25519, p256 or rsa (ed25519). rsa is for teaching:
                          it cannot be in an encrypted group
  --passphrase-file FILE  its first line protects the keys of the CA and of the
                          clients, and the bundles
  --force                 everything anew, the CA too. This ends the realm: all
                          certificates before are refused

One thing instead:
  --csr FILE              sign a certificate request; its key stays where it is
  --as NAME               with --csr: the user it is for
  --revoke NAME           revoke the certificate of this client; also a serial
                          number

  --help                  this text

Examples:
  make certs CLIENTS="alice bob carol" HOSTS="chat.example.org 192.0.2.7"
  make certs ARGS="--csr carol.csr --as carol"
  make certs ARGS="--revoke carol"
`;
