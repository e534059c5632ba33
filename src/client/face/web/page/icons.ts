// The icons of the page: one path each, on a field of 24 by 24, drawn as lines.

export const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  search: "M11 4a7 7 0 1 0 0 14a7 7 0 0 0 0-14M16.500 16.500L21 21",
  settings: "M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h9M17 17h3M15 15v4",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  plus: "M12 5v14M5 12h14",
  back: "M15 5l-7 7l7 7",
  forward: "M9 5l7 7l-7 7",
  people:
    "M9 5a3.500 3.500 0 1 0 0 7a3.500 3.500 0 0 0 0-7M3 20a6 6 0 0 1 12 0M16 5.500a3 3 0 0 1 0 6M18 14.500a6 6 0 0 1 3.500 5.500",
  more: "M4 12a1 1 0 1 0 2 0a1 1 0 1 0-2 0M11 12a1 1 0 1 0 2 0a1 1 0 1 0-2 0M18 12a1 1 0 1 0 2 0a1 1 0 1 0-2 0",
  send: "M4 12l16-8l-5 16l-3.500-6.500zM20 4l-8.500 9.500",
  attach:
    "M20 11.500l-8 8a5 5 0 0 1-7-7l8.500-8.500a3.500 3.500 0 0 1 5 5l-8.500 8.500a1.500 1.500 0 0 1-2.500-2l7.500-7.500",
  smile: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M8.500 14.500a4 4 0 0 0 7 0M9 9.500h.01M15 9.500h.01",
  reply: "M10 7l-6 5l6 5v-3.500c5 0 8 1.500 10 4.500c-.500-5.500-3.500-8-10-8z",
  quote: "M5 6h4v6c0 3-1 5-4 6M14 6h4v6c0 3-1 5-4 6",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  copy: "M8 8h11v12H8zM5 16V4h11",
  check: "M5 12.500l4.500 4.500L19 7",
  checks: "M2 13l4 4l8-10M11 16l1 1l9-10",
  clock: "M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16M12 8v4.500l3 2",
  warning: "M12 4L2.500 20h19zM12 10v5M12 17.500h.01",
  down: "M12 5v14M6 13l6 6l6-6",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  save: "M12 4v11M7 11l5 5l5-5M5 20h14",
  pause: "M9 5v14M15 5v14",
  play: "M8 5l11 7l-11 7z",
  pin: "M9 4h6l-1 6l3 3H7l3-3zM12 13v7",
  mute: "M6 16v-5a6 6 0 0 1 12 0v5l2 2H4zM10 20.500a2 2 0 0 0 4 0M4 4l16 16",
  shield: "M12 3l8 3v6c0 5-3.500 7.500-8 9c-4.500-1.500-8-4-8-9V6zM8.500 12l2.500 2.500L15.500 10",
  unread: "M4 6h16v12H4zM4 7l8 6l8-6",
  retry: "M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5",
  laptop: "M5 6h14v9H5zM3 18h18",
} as const;

export type IconName = keyof typeof ICONS;
