// Names of emoji for `:name:`, as people know them from other chats, for terminal and page. A table; by no means all of them.

const TABLE = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok 👌|ok_hand 👌|clap 👏|wave 👋|pray 🙏|muscle 💪|point_up ☝️|point_right 👉|point_left 👈
point_down 👇|raised_hands 🙌|handshake 🤝|fist ✊|v ✌️|crossed_fingers 🤞|writing_hand ✍️|eyes 👀|brain 🧠|ear 👂
smile 😄|grin 😁|joy 😂|rofl 🤣|laughing 😆|sweat_smile 😅|slight_smile 🙂|wink 😉|blush 😊|heart_eyes 😍|kissing_heart 😘|yum 😋
sunglasses 😎|thinking 🤔|neutral 😐|expressionless 😑|unamused 😒|rolling_eyes 🙄|grimacing 😬|relieved 😌|sleeping 😴|mask 😷
sick 🤒|nauseated 🤢|dizzy 😵|exploding_head 🤯|cowboy 🤠|partying 🥳|nerd 🤓|confused 😕|worried 😟|open_mouth 😮|astonished 😲|flushed 😳
pleading 🥺|fearful 😨|cold_sweat 😰|cry 😢|sob 😭|scream 😱|disappointed 😞|sweat 😓|weary 😩|tired 😫|angry 😠|rage 😡|skull 💀|poop 💩
clown 🤡|ghost 👻|alien 👽|robot 🤖|facepalm 🤦|shrug 🤷|see_no_evil 🙈|hear_no_evil 🙉|speak_no_evil 🙊
heart ❤️|orange_heart 🧡|yellow_heart 💛|green_heart 💚|blue_heart 💙|purple_heart 💜|black_heart 🖤|white_heart 🤍|broken_heart 💔
sparkling_heart 💖|100 💯|anger 💢|boom 💥|sweat_drops 💦|dash 💨|speech 💬|zzz 💤|fire 🔥|star ⭐|sparkles ✨|sun ☀️|moon 🌙|cloud ☁️|rain 🌧️
snow ❄️|rainbow 🌈|umbrella ☔|zap ⚡|earth 🌍|tree 🌳|cactus 🌵|flower 🌸|rose 🌹|sunflower 🌻|four_leaf 🍀
dog 🐶|cat 🐱|mouse 🐭|rabbit 🐰|fox 🦊|bear 🐻|panda 🐼|lion 🦁|cow 🐮|pig 🐷|frog 🐸|monkey 🐵|chicken 🐔|penguin 🐧|bird 🐦|owl 🦉|horse 🐴
unicorn 🦄|bee 🐝|bug 🐛|butterfly 🦋|snail 🐌|turtle 🐢|snake 🐍|octopus 🐙|crab 🦀|fish 🐟|whale 🐳|dolphin 🐬|shark 🦈
coffee ☕|tea 🍵|beer 🍺|beers 🍻|wine 🍷|cocktail 🍸|champagne 🍾|pizza 🍕|burger 🍔|fries 🍟|taco 🌮|sushi 🍣|rice 🍚|bread 🍞|cheese 🧀|egg 🥚
apple 🍎|banana 🍌|grapes 🍇|watermelon 🍉|lemon 🍋|peach 🍑|cherries 🍒|strawberry 🍓|tomato 🍅|avocado 🥑|cake 🍰|birthday 🎂|cookie 🍪
chocolate 🍫|candy 🍬|popcorn 🍿|soccer ⚽|basketball 🏀|tennis 🎾|trophy 🏆|medal 🏅|dart 🎯|guitar 🎸|musical_note 🎵|headphones 🎧|movie 🎬
art 🎨|game 🎮|dice 🎲|puzzle 🧩|rocket 🚀|airplane ✈️|car 🚗|bus 🚌|train 🚆|bike 🚲|ship 🚢|house 🏠|office 🏢|hospital 🏥|school 🏫|tent ⛺
watch ⌚|phone 📱|computer 💻|keyboard ⌨️|printer 🖨️|camera 📷|tv 📺|bulb 💡|flashlight 🔦|book 📖|books 📚|newspaper 📰|money 💰|card 💳
mail 📧|envelope ✉️|package 📦|pencil ✏️|pen 🖊️|memo 📝|folder 📁|calendar 📅|chart 📈|clipboard 📋|pushpin 📌|paperclip 📎|scissors ✂️
lock 🔒|unlock 🔓|key 🔑|hammer 🔨|wrench 🔧|gear ⚙️|link 🔗|magnet 🧲|microscope 🔬|telescope 🔭|pill 💊|syringe 💉|door 🚪|bed 🛏️|gift 🎁
balloon 🎈|tada 🎉|confetti 🎊|bell 🔔|mute 🔇|loudspeaker 📢|mega 📣|hourglass ⌛|alarm ⏰|stopwatch ⏱️|warning ⚠️|no_entry ⛔|stop 🛑|sos 🆘
check ✅|x ❌|cross ❌|question ❓|exclamation ❗|plus ➕|minus ➖|recycle ♻️|infinity ♾️|up ⬆️|down ⬇️|left ⬅️|right ➡️|new 🆕|red_circle 🔴
green_circle 🟢|blue_circle 🔵|yellow_circle 🟡|white_flag 🏳️|black_flag 🏴|pirate 🏴‍☠️|rainbow_flag 🏳️‍🌈|checkered_flag 🏁
`;

/** Name to emoji, in the order of the table. */
const EMOJI: ReadonlyMap<string, string> = new Map(
  TABLE.trim()
    .split(/[\n|]/)
    .map((entry): [string, string] => {
      const [name = "", emoji = ""] = entry.split(" ");
      return [name, emoji];
    }),
);

/** `+` in select mode offers these first. */
export const QUICK: readonly string[] = ["👍", "❤️", "😂", "🎉", "👀", "✅"];

/** Undefined: no emoji is called so. `name`: with its colons or without. */
export function emojiCalled(name: string): string | undefined {
  return EMOJI.get(name.toLowerCase().replaceAll(/^:|:$/g, ""));
}

/** Every `:name:` in a text as what it means, several without a space between them, too; what stands in backticks stays. */
export function withEmoji(text: string): string {
  return text.replaceAll(/```[^]*?```|`[^`\n]*`|(?<![\p{L}\p{N}:])(?::[a-z0-9_+-]+:)+/giu, (all) =>
    all.startsWith("`") ? all : all.replaceAll(/:[^:]+:/g, (name) => emojiCalled(name) ?? name),
  );
}

/** The one that is called like this, those whose names begin like this, then those that have it within. */
export function emojiNamed(typed: string, most: number): readonly (readonly [name: string, emoji: string])[] {
  const wanted = typed.toLowerCase();
  const all = [...EMOJI].toSorted(([one], [other]) => Number(other === wanted) - Number(one === wanted));
  const first = all.filter(([name]) => name.startsWith(wanted));
  const then = all.filter(([name]) => !name.startsWith(wanted) && name.includes(wanted));
  return [...first, ...then].slice(0, most);
}
