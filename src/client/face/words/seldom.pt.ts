// Faults that are seldom met, Portuguese: several codes have the same words, where a person can do no more about one than about the other.
import { type FaultWords, wordsOf } from "./fault-words.ts";

export const seldomPt = (): FaultWords =>
  wordsOf([
    // The connection, and what answers there.
    ["link-internal", { says: "algo falhou na conexão: {message}" }],
    ["renewed", { says: "este dispositivo tem um certificado novo e se conecta com ele" }],
    [
      "connect-stopped link-stopped stopped",
      { says: "o programa está fechando", hint: "o que espera é enviado quando começar de novo" },
    ],
    [
      "link-timeout link-unreachable",
      { says: "o servidor não respondeu a tempo", hint: "nada se perde: o que espera é enviado da próxima vez" },
    ],
    [
      "server-old-tls",
      { says: "o que responde não fala TLS 1.3", hint: "pode ser outro programa: confira o servidor e a porta" },
    ],
    [
      "server-no-alpn",
      { says: "o que responde não é um chat-server", hint: "pode ser outro programa: confira o servidor e a porta" },
    ],
    [
      "server-tls",
      {
        says: ["não foi possível conectar ({detail})", "não foi possível conectar por TLS"],
        hint: "confira o endereço, a rede e o firewall",
      },
    ],
    [
      "server-usage server-certificate certificate-name",
      { says: "o certificado do servidor não serve", hint: "avise o administrador" },
    ],
    ["certificate-usage", { says: "o certificado não é para isto", hint: "peça um novo" }],
    [
      "crl-missing crl-expired crl-not-yet-valid crl-untrusted",
      { says: "falta ao servidor uma lista de revogação válida", hint: "avise o administrador" },
    ],
    [
      "alpn hello-expected hello-twice malformed unknown-message frame-empty frame-too-large",
      { says: "o servidor e este programa não se entendem", hint: "atualize o mais antigo dos dois" },
    ],
    ["goodbye bye", { says: "o servidor encerrou a conexão" }],
    // Files of an identity, and coming in.
    ["identity-choice", { says: "há várias identidades, ou a escolhida não existe", hint: "escolha uma com --as" }],
    [
      "key-malformed bundle-malformed pem-malformed der-malformed",
      { says: "o arquivo não pode ser lido ou não é o que parece", hint: "veja que arquivo é; peça um novo" },
    ],
    [
      "key-type credential-key",
      { says: "esse tipo de chave não pode ser usado aqui", hint: "peça um certificado novo" },
    ],
    [
      "passphrase-unreadable file-unreadable",
      { says: "o arquivo não pode ser lido", hint: "confira o nome e quem pode lê-lo" },
    ],
    ["invitation-missing", { says: "falta o convite" }],
    ["no-such-pairing bad-signature", { says: "a outra máquina não espera mais", hint: "mostre outra linha" }],
    ["too-large not-here cut-off", { says: "a porta do servidor não entendeu o pedido", hint: "tente de novo" }],
    [
      "request-malformed request-proof request-identity",
      { says: ["{detail}", "o que se pede não é para este nome ou dispositivo"], hint: "tente com o nome do convite" },
    ],
    ["registration-closed", { says: "neste reino só entra quem tem convite", hint: "peça um a um dono" }],
    // Administration.
    [
      "no-such-invitation",
      { says: ["{detail}", "não há um convite assim que ainda valha"], hint: "/admin invitations os mostra" },
    ],
    ["role-unknown", { says: ["{detail}", "não há um papel assim"], hint: "owner (dono), admin ou member (membro)" }],
    ["reason-unknown", { says: ["{detail}", "não há um motivo assim"] }],
    [
      "unknown-act bad-request",
      { says: ["{detail}", "o servidor não entende o pedido"], hint: "atualize o mais antigo dos dois programas" },
    ],
    ["admin-unreachable", { says: "não dá para alcançar o servidor" }],
    [
      "too-many-certificates",
      {
        says: ["{detail}", "são certificados demais"],
        hint: "exclua os que não são usados; /admin limits mostra quantos pode haver",
      },
    ],
    ["backup-running", { says: "outra cópia já está sendo feita", hint: "espere que termine" }],
    ["backup-changed", { says: "um arquivo mudou enquanto era copiado", hint: "faça de novo" }],
    ["backup-corrupt", { says: "a cópia está danificada ou não é uma cópia", hint: "tente com outra" }],
    ["backup-newer", { says: "a cópia é de uma versão mais nova", hint: "use essa versão" }],
    ["backup-unreadable", { says: "a cópia não pode ser lida", hint: "confira o nome e quem pode lê-la" }],
    ["backup-unwritable", { says: "a cópia não pode ser escrita", hint: "confira a pasta e o disco" }],
    ["backup-exists", { says: "já há algo onde a cópia ficaria", hint: "escolha outro nome" }],
    [
      "openpgp-fingerprint",
      {
        says: "isso não é a impressão digital de uma chave OpenPGP",
        hint: "40 algarismos hexadecimais, como mostra gpg --fingerprint ENDEREÇO",
      },
    ],
    [
      "openpgp-list config-pgp-source pgp-malformed",
      {
        says: "isso não é uma lista de endereços nem de servidores de chaves",
        hint: "por exemplo allow=example.org servers=wkd",
      },
    ],
    [
      "openpgp-no-key openpgp-off",
      { says: "o reino ainda não tem uma chave OpenPGP", hint: "openpgp email=chat@example.org lhe dá uma" },
    ],
    [
      "openpgp-refused openpgp-not-allowed openpgp-not-meant",
      { says: "com esse endereço não dá para entrar", hint: "pergunte a um dono do reino" },
    ],
    [
      "pgp-publish pgp-source-failed",
      { says: "o servidor de chaves não aceitou ou não respondeu", hint: "tente mais tarde" },
    ],
    // Single requests.
    ["no-such-log no-such-blob", { says: "o servidor não tem isso" }],
    [
      "bad-log-id bad-commit no-group-info signal-too-large blob-id not-supported",
      { says: "o servidor não aceitou o que este programa pediu", hint: "atualize o mais antigo dos dois" },
    ],
    [
      "too-many-suites too-many-parts",
      { says: "o servidor já guarda coisas demais deste dispositivo", hint: "tente daqui a uma hora" },
    ],
    [
      "blob-mismatch transfer-answer",
      { says: "o que o servidor guarda não é o que lhe foi dado", hint: "tente de novo" },
    ],
    ["answer", { says: "o servidor respondeu outra coisa" }],
    ["unreadable", { says: "o que esperava não pode ser lido" }],
    ["bad-payload", { says: "isso não pode ser enviado assim" }],
    ["bad-json bad-frame", { says: "isso não se entende" }],
    ["line-too-long", { says: "a linha é longa demais", hint: "envie como arquivo com /file" }],
    ["not-for-pages", { says: "isso não se pede de uma página" }],
    ["nobody-yet", { says: "ninguém entrou aqui ainda", hint: "entre primeiro" }],
    ["somebody-already", { says: "esta máquina já é um dispositivo" }],
    ["upload", { says: "o arquivo não chegou ao programa", hint: "tente de novo" }],
    ["too-many", { says: "são arquivos demais de uma vez" }],
    // What is kept here.
    ["passphrase-kept", { says: "a frase secreta continua como estava" }],
    ["vault-exists", { says: "aqui já há algo guardado desta identidade" }],
    // The realm's log.
    [
      "log-malformed log-signature log-range log-refused log-shrunk",
      { says: "não dá para acreditar no registro do reino", hint: "avise o administrador" },
    ],
    ["no-log", { says: "este servidor não mantém registro" }],
    // Encrypted groups.
    [
      "commit-invalid not-used leaf-twice other-group foreign-group credential-kind bad-terms move-malformed not-due archive-mismatch archive-malformed envelope-malformed mls-malformed mls-too-large mls-suite",
      { says: ["algo no grupo não é como deve: {detail}", "algo no grupo não é como deve"] },
    ],
    [
      "epoch-ahead epoch-gone undecryptable no-archive-copy no-archive-key history-gone",
      { says: "a mensagem não pode ser lida aqui" },
    ],
    ["no-archive", { says: "aqui os novos não leem nada do que veio antes" }],
    ["not-in-group", { says: "este dispositivo não está na conversa" }],
    [
      "key-package-expired welcome-unusable group-info-unusable no-key-package not-everybody grant-malformed segment-malformed",
      {
        says: "o que há de outro dispositivo ainda não serve",
        hint: "resolve-se sozinho quando ele se conectar de novo",
      },
    ],
    [
      "commit-impossible seal-failed proposed-already not-proposed not-own-device",
      { says: "o grupo não aceita isso agora", hint: "tente de novo" },
    ],
    [
      "state-malformed",
      { says: "o que está guardado de um grupo não pode ser lido; o dispositivo entra nele de novo" },
    ],
    ["mls-failed", { says: "os grupos cifrados falharam", hint: "abra o programa de novo" }],
    ["mls-overload", { says: "os grupos cifrados têm coisas demais a fazer", hint: "tente daqui a pouco" }],
  ]);
