// Why nobody comes in by a password.
import type { FaultWords } from "./fault-words.ts";

export const accountsPt = (): FaultWords => ({
  "realm-line": {
    says: "isto não é a linha inteira de um reino",
    hint: "é chat://servidor:porta/#… como o register a mostrou; quem cuida do servidor também a tem: chat-server info",
  },
  "connect-no-login": {
    says: ["nada escuta em {server}", "nada escuta no endereço da linha"],
    hint: "inicie o chat-server lá, ou confira servidor e porta; a porta fica fechada enquanto ninguém do reino tiver senha",
  },
  "no-accounts": {
    says: "este servidor não deixa ninguém entrar com senha",
    hint: "peça um convite a quem cuida dele",
  },
  "login-refused": {
    says: "o nome ou a senha não está certo",
    hint: "tente de novo; se você perdeu a senha: chat-client recover",
  },
  "login-expired": { says: "demorou demais", hint: "comece de novo" },
  "password-short": {
    says: "uma senha tem pelo menos 8 caracteres",
    hint: "nada mudou; cinco palavras ao acaso são uma boa",
  },
  "recovery-refused": {
    says: "o nome ou a frase de recuperação não está certo",
    hint: "compare as palavras com o papel",
  },
  "recovery-expired": { says: "demorou demais", hint: "comece de novo" },
  "phrase-malformed": {
    says: [
      "a palavra {position} da frase de recuperação não está na lista",
      "uma frase de recuperação tem 24 palavras, e aqui há {words}",
      "isto não é uma frase de recuperação: uma palavra é outra, ou duas estão trocadas",
    ],
    hint: "olhe o papel outra vez",
  },
  "phrase-differs": { says: "essas não são as palavras da frase", hint: "olhe o papel outra vez" },
  "registration-expired": { says: "demorou demais", hint: "comece de novo" },
  "registration-closed": { says: "neste reino só entra quem tem convite", hint: "peça um a um dono" },
  "password-exists": { says: "esta pessoa já tem senha", hint: "entre com ela" },
  "password-server-key": {
    says: "a chave do servidor para senhas não é a de antes",
    hint: "pergunte a quem cuida do servidor; nada que sirva contra a senha foi enviado",
  },
  "password-length": { says: "uma senha tem de 1 a 1024 bytes", hint: "digite outra" },
  "password-malformed": {
    says: "o servidor responde à senha de um modo desconhecido",
    hint: "atualize o mais velho dos dois programas",
  },
  "password-timeout": { says: "o cálculo com a senha demorou demais", hint: "tente de novo" },
  "password-failed": { says: "o cálculo com a senha foi interrompido", hint: "tente de novo" },
  "vault-unopened": {
    says: "o cofre de identidade não abre, ou alguém o mudou",
    hint: "avise quem cuida do servidor",
  },
  "vault-malformed": {
    says: "o cofre de identidade tem outra forma, ou é de outra pessoa",
    hint: "atualize este programa; se continuar, avise quem cuida do servidor",
  },
});
