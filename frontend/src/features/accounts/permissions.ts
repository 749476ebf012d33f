import type { User } from "./session";

/** The roles that have each permission. The server enforces them; the page only hides what it would refuse. */
const permissions = {
  "appointments.edit": ["staff", "admin"],
  "setup.edit": ["admin"],
} satisfies Record<string, readonly User["role"][]>;

export type Permission = keyof typeof permissions;

export function hasPermission(user: User, permission: Permission): boolean {
  const roles: readonly User["role"][] = permissions[permission];
  return roles.includes(user.role);
}
