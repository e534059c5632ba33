// What a person is asked in a terminal before anything is drawn: how they come in, and the passphrase of what is kept here.
import { languageOf, type Language, type Sentences, sayWith } from "./say.ts";

const EN = {
  welcome: `
Nobody has come in on this machine yet. There are three ways:

  an invitation      paste its line here: chat://…
  certificate files  write where they are: NAME.p12, or NAME.crt with NAME.key
                     and ca.crt, or the folder that has them
  your own realm     on any machine that is always on: chat-server init, then
                     chat-server; init prints an invitation for you

`,
  line: "the line of the invitation, or the files (Enter: not now): ",
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
Nadie ha entrado aún en esta máquina. Hay tres maneras:

  una invitación     pega su línea aquí: chat://…
  certificados       escribe dónde están: NOMBRE.p12, o NOMBRE.crt con
                     NOMBRE.key y ca.crt, o la carpeta que los tiene
  tu propio reino    en una máquina siempre encendida: chat-server init, luego
                     chat-server; init muestra una invitación para ti

`,
  line: "la línea de la invitación, o los archivos (Enter: ahora no): ",
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
Ninguém entrou ainda nesta máquina. Há três maneiras:

  um convite         cole a linha dele aqui: chat://…
  certificados       escreva onde estão: NOME.p12, ou NOME.crt com NOME.key
                     e ca.crt, ou a pasta que os tem
  um reino seu       numa máquina sempre ligada: chat-server init, depois
                     chat-server; init mostra um convite para você

`,
  line: "a linha do convite, ou os arquivos (Enter: agora não): ",
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
