import { useNavigate } from "@tanstack/react-router";
import { ChevronDown, LogOut, Monitor, Moon, Settings, Sun } from "lucide-react";
import { Avatar } from "@/components/ui/avatar";
import { buttonClass } from "@/components/ui/button";
import { Menu, MenuItem, MenuLabel, MenuRadioGroup, MenuRadioItem, MenuSeparator } from "@/components/ui/menu";
import { chooseTheme, isTheme, theme, themes } from "@/components/ui/theme";
import { useMember } from "@/features/accounts/hooks/session-context";
import { hasPermission } from "@/features/accounts/permissions";
import { useStore } from "@/lib/hooks/use-store";
import { paths } from "@/lib/paths";

const themeOptions = {
  system: { label: "As the system", icon: Monitor },
  light: { label: "Light", icon: Sun },
  dark: { label: "Dark", icon: Moon },
} as const;

const roleLabels = { staff: "Staff", admin: "Admin" } as const;

export function AccountMenu() {
  const { user } = useMember();
  const navigate = useNavigate();
  const chosen = useStore(theme);
  return (
    <Menu
      trigger={
        <button type="button" className={buttonClass("quiet", "face")}>
          <Avatar userId={user.id} name={user.name} />
          <span className="sr-only">Account:</span>
          <span className="max-w-40 truncate max-sm:sr-only">{user.name}</span>
          <ChevronDown aria-hidden className="size-4 text-muted" />
        </button>
      }
    >
      <MenuLabel>
        <span className="block font-medium text-base text-ink">{user.name}</span>
        {user.email} · {roleLabels[user.role]}
      </MenuLabel>
      <MenuSeparator />
      <MenuLabel>Theme</MenuLabel>
      <MenuRadioGroup value={chosen} onValueChange={(next) => isTheme(next) && chooseTheme(next)}>
        {themes.map((name) => {
          const { label, icon: Icon } = themeOptions[name];
          return (
            <MenuRadioItem key={name} value={name} onSelect={(event) => event.preventDefault()}>
              <Icon aria-hidden className="size-4 text-muted" />
              {label}
            </MenuRadioItem>
          );
        })}
      </MenuRadioGroup>
      <MenuSeparator />
      {hasPermission(user, "setup.edit") && (
        <MenuItem onSelect={() => void navigate({ to: paths.setup, params: { section: "doctors" } })}>
          <Settings aria-hidden className="size-4 text-muted" />
          Set up the practice
        </MenuItem>
      )}
      <MenuItem onSelect={() => void navigate({ to: paths.signOut })}>
        <LogOut aria-hidden className="size-4 text-muted" />
        Sign out
      </MenuItem>
    </Menu>
  );
}
