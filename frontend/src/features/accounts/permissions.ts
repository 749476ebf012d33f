import type { User } from "./session";

/** Who may do what. The server decides; this only keeps what would be refused off the screen. */
const permissions = {
  "appointments.edit": ["staff", "admin"],
  "setup.edit": ["admin"],
} satisfies Record<string, readonly User["role"][]>;

export type Permission = keyof typeof permissions;

export function hasPermission(user: User, permission: Permission): boolean {
  const roles: readonly User["role"][] = permissions[permission];
  return roles.includes(user.role);
}
