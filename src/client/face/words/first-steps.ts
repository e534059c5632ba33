// What a person is asked in a terminal before anything is drawn: how they come in, and the passphrase of what is kept here.
import { languageOf, type Language, type Sentences, sayWith } from "./say.ts";

const EN = {
  welcome: `
Nobody has come in on this machine yet. There are four ways:

  an invitation      paste its line here: chat://… (to have a password, too,
                     write register before it)
  a password         of an account that you have: paste the line of the realm,
                     chat://…, as register has shown it; or write login, or
                     recover where the password is lost
  certificate files  write where they are: NAME.p12, or NAME.crt with NAME.key
                     and ca.crt, or the folder that has them
  your own realm     on any machine that is always on: chat-server init, then
                     chat-server; init prints an invitation for you

`,
  line: "the line of the invitation or of the realm, or the files (Enter: not now): ",
  "realm-line": "the line of the realm (Enter: another way in): ",
  "invitation-line": "the line of the invitation (Enter: another way in): ",
  "no-code": "this line is of a realm, and no invitation: one comes in by an account with a password",
  user: "your name there (Enter: another way in): ",
  "user-again": "your name there (Enter: {user}): ",
  "no-name": "that is no name: a-z, 0-9, dot, dash and underscore, at most 32, first a letter or digit",
  "user-wanted": "the name you want there: ",
  password: "the password of @{user}: ",
  "new-password": "new password, at least 8 characters: ",
  phrase: "the 24 words of the recovery phrase: ",
  "phrase-shown": `
This is the recovery phrase. Write it down, on paper: it is shown once, and
whoever has it can be you. Without it a lost password cannot be replaced.

`,
  "phrase-written": "Enter, when the words are on paper: they are taken off the screen then ",
  "phrase-word": "word {n} of it: ",
  "begun-before": "this was begun here before: the password and the 24 words of then hold",
  recovered: "the password is the new one from now on; the recovery phrase stays good",
  elsewhere: "on another machine: {command}",
  "asking-realm": "asking the server; after wrong passwords it waits, up to half a minute",
  "came-in": "you are @{user} in the realm {realm}…, and this device is known there",
  "files-of": "these are the files of @{user} ({name}), good until {date}",
  secret: "the password of these files: ",
  server: "the server, as chat.example.org or chat.example.org:{port} (Enter: this machine): ",
  passphrase: "a passphrase for what is kept on this machine (Enter: none): ",
  again: "the same again: ",
  weak: "* it is weak: longer is better, for example five words chosen by chance",
  fair: "* it is fair: another word or two, chosen by chance, make it good",
  vault: "passphrase of this vault: ",
  other: "* that is not it",
  good: "* it is good, unless it stands in a book or was used elsewhere",
} as const;

type Key = keyof typeof EN;

const ES: Readonly<Record<Key, string>> = {
  welcome: `
Nadie ha entrado aún en esta máquina. Hay cuatro maneras:

  una invitación     pega su línea aquí: chat://… (para tener también una
                     contraseña, escribe register delante)
  una contraseña     de una cuenta que tienes: pega la línea del reino,
                     chat://…, como la mostró register; o escribe login, o
                     recover si perdiste la contraseña
  certificados       escribe dónde están: NOMBRE.p12, o NOMBRE.crt con
                     NOMBRE.key y ca.crt, o la carpeta que los tiene
  tu propio reino    en una máquina siempre encendida: chat-server init, luego
                     chat-server; init muestra una invitación para ti

`,
  line: "la línea de la invitación o del reino, o los archivos (Enter: ahora no): ",
  "realm-line": "la línea del reino (Enter: otra manera): ",
  "invitation-line": "la línea de la invitación (Enter: otra manera): ",
  "no-code": "esta línea es de un reino, y no una invitación: se entra con una cuenta con contraseña",
  user: "tu nombre allí (Enter: otra manera): ",
  "user-again": "tu nombre allí (Enter: {user}): ",
  "no-name": "eso no es un nombre: a-z, 0-9, punto, guion y guion bajo, 32 como máximo, primero letra o cifra",
  "user-wanted": "el nombre que quieres allí: ",
  password: "la contraseña de @{user}: ",
  "new-password": "contraseña nueva, al menos 8 caracteres: ",
  phrase: "las 24 palabras de la frase de recuperación: ",
  "phrase-shown": `
Esta es la frase de recuperación. Escríbela en papel: se muestra una vez, y
quien la tenga puede ser tú. Sin ella no se repone una contraseña perdida.

`,
  "phrase-written": "Enter, cuando las palabras estén en papel: entonces se borran de la pantalla ",
  "phrase-word": "palabra {n}: ",
  "begun-before": "esto se empezó aquí antes: valen la contraseña y las 24 palabras de entonces",
  recovered: "desde ahora vale la contraseña nueva; la frase de recuperación sigue valiendo",
  elsewhere: "en otra máquina: {command}",
  "asking-realm": "preguntando al servidor; tras contraseñas equivocadas espera, hasta medio minuto",
  "came-in": "eres @{user} en el reino {realm}…, y este dispositivo es conocido allí",
  "files-of": "estos son los archivos de @{user} ({name}), valen hasta {date}",
  secret: "la contraseña de estos archivos: ",
  server: "el servidor, como chat.example.org o chat.example.org:{port} (Enter: esta máquina): ",
  passphrase: "una frase de paso para lo que se guarda en esta máquina (Enter: ninguna): ",
  again: "la misma otra vez: ",
  weak: "* es débil: cuanto más larga mejor, por ejemplo cinco palabras al azar",
  fair: "* es aceptable: con una o dos palabras más al azar será buena",
  vault: "frase de paso de lo guardado aquí: ",
  other: "* esa no es",
  good: "* es buena, salvo que esté en un libro o se haya usado en otro sitio",
};

const PT: Readonly<Record<Key, string>> = {
  welcome: `
Ninguém entrou ainda nesta máquina. Há quatro maneiras:

  um convite         cole a linha dele aqui: chat://… (para ter também uma
                     senha, escreva register antes dela)
  uma senha          de uma conta que você tem: cole a linha do reino,
                     chat://…, como o register a mostrou; ou escreva login, ou
                     recover se perdeu a senha
  certificados       escreva onde estão: NOME.p12, ou NOME.crt com NOME.key
                     e ca.crt, ou a pasta que os tem
  um reino seu       numa máquina sempre ligada: chat-server init, depois
                     chat-server; init mostra um convite para você

`,
  line: "a linha do convite ou do reino, ou os arquivos (Enter: agora não): ",
  "realm-line": "a linha do reino (Enter: outra maneira): ",
  "invitation-line": "a linha do convite (Enter: outra maneira): ",
  "no-code": "esta linha é de um reino, e não um convite: entra-se com uma conta com senha",
  user: "o seu nome lá (Enter: outra maneira): ",
  "user-again": "o seu nome lá (Enter: {user}): ",
  "no-name": "isso não é um nome: a-z, 0-9, ponto, hífen e sublinhado, no máximo 32, primeiro letra ou algarismo",
  "user-wanted": "o nome que você quer lá: ",
  password: "a senha de @{user}: ",
  "new-password": "senha nova, pelo menos 8 caracteres: ",
  phrase: "as 24 palavras da frase de recuperação: ",
  "phrase-shown": `
Esta é a frase de recuperação. Escreva-a em papel: ela aparece uma vez, e
quem a tiver pode ser você. Sem ela não se repõe uma senha perdida.

`,
  "phrase-written": "Enter, quando as palavras estiverem em papel: então elas saem da tela ",
  "phrase-word": "palavra {n}: ",
  "begun-before": "isto começou aqui antes: valem a senha e as 24 palavras de então",
  recovered: "a partir de agora vale a senha nova; a frase de recuperação continua valendo",
  elsewhere: "em outra máquina: {command}",
  "asking-realm": "perguntando ao servidor; depois de senhas erradas ele espera, até meio minuto",
  "came-in": "você é @{user} no reino {realm}…, e este dispositivo é conhecido lá",
  "files-of": "estes são os arquivos de @{user} ({name}), valem até {date}",
  secret: "a senha destes arquivos: ",
  server: "o servidor, como chat.example.org ou chat.example.org:{port} (Enter: esta máquina): ",
  passphrase: "uma frase secreta para o que fica guardado nesta máquina (Enter: nenhuma): ",
  again: "a mesma outra vez: ",
  weak: "* é fraca: quanto mais longa melhor, por exemplo cinco palavras ao acaso",
  fair: "* é razoável: com mais uma ou duas palavras ao acaso fica boa",
  vault: "frase secreta do que está guardado aqui: ",
  other: "* não é essa",
  good: "* é boa, a não ser que esteja num livro ou tenha sido usada em outro lugar",
};

/** @internal */
export const FIRST_STEPS: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { en: EN, es: ES, pt: PT };

/** `tag` as BCP 47. */
export function firstSay(tag: string): Sentences<Key> {
  const language = languageOf(tag);
  return sayWith({ language, tables: [FIRST_STEPS[language]] });
}
