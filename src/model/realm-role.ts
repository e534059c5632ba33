// What a user may do in the realm as a whole. Roles of a conversation are another thing (terms.ts).

export const REALM_ROLES = ["owner", "admin", "member"] as const;
export type RealmRole = (typeof REALM_ROLES)[number];

export function isRealmRole(text: string): text is RealmRole {
  return (REALM_ROLES as readonly string[]).includes(text);
}
