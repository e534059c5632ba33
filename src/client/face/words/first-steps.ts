// The first run in a terminal: nobody has come in on this machine yet.
import { languageOf, type Language, type Sentences, sayWith } from "./say.ts";

const EN = {
  welcome: `
Nobody has come in on this machine yet. There are three ways:

  an invitation      paste its line here: chat://…
  certificate files  chat-client --certs DIR, or --p12 NAME.p12, with -ip and -p
  your own realm     on any machine that is always on: chat-server init, then
                     chat-server; init prints an invitation for you

`,
  line: "the line of the invitation (Enter: not now): ",
  passphrase: "a passphrase for what is kept on this machine (Enter: none): ",
  again: "the same again: ",
  weak: "* it is weak: longer is better, for example five words chosen by chance",
  fair: "* it is fair: another word or two, chosen by chance, make it good",
  good: "* it is good, unless it stands in a book or was used elsewhere",
} as const;

type Key = keyof typeof EN;

const ES: Readonly<Record<Key, string>> = {
  welcome: `
Nadie ha entrado aún en esta máquina. Hay tres maneras:

  una invitación     pega su línea aquí: chat://…
  certificados       chat-client --certs DIR, o --p12 NOMBRE.p12, con -ip y -p
  tu propio reino    en una máquina siempre encendida: chat-server init, luego
                     chat-server; init muestra una invitación para ti

`,
  line: "la línea de la invitación (Enter: ahora no): ",
  passphrase: "una frase de paso para lo que se guarda en esta máquina (Enter: ninguna): ",
  again: "la misma otra vez: ",
  weak: "* es débil: cuanto más larga mejor, por ejemplo cinco palabras al azar",
  fair: "* es aceptable: con una o dos palabras más al azar será buena",
  good: "* es buena, salvo que esté en un libro o se haya usado en otro sitio",
};

const PT: Readonly<Record<Key, string>> = {
  welcome: `
Ninguém entrou ainda nesta máquina. Há três maneiras:

  um convite         cole a linha dele aqui: chat://…
  certificados       chat-client --certs DIR, ou --p12 NOME.p12, com -ip e -p
  um reino seu       numa máquina sempre ligada: chat-server init, depois
                     chat-server; init mostra um convite para você

`,
  line: "a linha do convite (Enter: agora não): ",
  passphrase: "uma frase secreta para o que fica guardado nesta máquina (Enter: nenhuma): ",
  again: "a mesma outra vez: ",
  weak: "* é fraca: quanto mais longa melhor, por exemplo cinco palavras ao acaso",
  fair: "* é razoável: com mais uma ou duas palavras ao acaso fica boa",
  good: "* é boa, a não ser que esteja num livro ou tenha sido usada em outro lugar",
};

/** @internal */
export const FIRST_STEPS: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { en: EN, es: ES, pt: PT };

/** `tag` as BCP 47. */
export function firstSay(tag: string): Sentences<Key> {
  const language = languageOf(tag);
  return sayWith({ language, words: FIRST_STEPS[language] });
}
