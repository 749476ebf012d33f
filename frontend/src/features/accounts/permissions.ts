import type { User } from "./session";

/** Who may do what. The server decides; this only keeps what would be refused off the screen. */
const permissions = {
  "appointments.edit": ["staff", "admin"],
} as const satisfies Record<string, readonly User["role"][]>;

export type Permission = keyof typeof permissions;

export function may(user: User, permission: Permission): boolean {
  return permissions[permission].includes(user.role);
}
