import { Monitor, Moon, Sun } from "lucide-react";
import { useId } from "react";

import { usePreference } from "@/app/preferences";
import { type Theme, useTheme } from "@/app/theme";
import { text } from "@/text";
import { Card } from "@/ui/card";
import { Switch } from "@/ui/toggle";

const words = text.account.appearance;
const themes: { value: Theme; icon: typeof Sun }[] = [
  { value: "light", icon: Sun },
  { value: "dark", icon: Moon },
  { value: "system", icon: Monitor },
];

/** How the dashboard looks and listens in this browser. */
export function AppearanceCard() {
  const [hasShortcuts, setShortcuts] = usePreference("shortcuts", true);
  return (
    <Card title={words.title} description={words.description}>
      <div className="space-y-5">
        <ThemeField />
        <Switch
          label={words.shortcut}
          description={words.shortcutHint}
          isOn={hasShortcuts}
          onChange={setShortcuts}
        />
      </div>
    </Card>
  );
}

function ThemeField() {
  const [theme, chooseTheme] = useTheme();
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1.5 text-[13px] font-medium">{words.theme}</legend>
      <div className="grid gap-3 sm:grid-cols-3">
        {themes.map(({ value, icon: Icon }) => (
          <label
            key={value}
            className="flex cursor-pointer items-center gap-3 rounded-xl border border-line px-3.5 py-3 transition-colors hover:bg-hover/60 has-checked:border-accent-ink has-checked:bg-accent-tint/60 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent-ink"
          >
            <input
              type="radio"
              name={name}
              checked={value === theme}
              onChange={() => chooseTheme(value)}
              className="size-4 shrink-0 accent-[var(--accent)] focus-visible:outline-none"
            />
            <span className="min-w-0 flex-1 font-medium">
              {text.shell.themes[value]}
              <span className="block text-[13px] font-normal text-faint">{words.themes[value]}</span>
            </span>
            <Icon aria-hidden className="size-4 shrink-0 text-faint" />
          </label>
        ))}
      </div>
    </fieldset>
  );
}
