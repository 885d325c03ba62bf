import { KeyRound, UserRoundX, Server } from "lucide-react";
import { Fragment } from "react";

import { findLogo } from "./logos";
import { firstLetter } from "@/text/letters";

interface ProviderLogoProps {
  /** The id of the preset; `backend` and `anonymous` have signs of their own, a rule without preset a key. */
  provider: string;
  /** For those without a logo. */
  name: string;
  /** In pixels. */
  size?: number;
}

/** The sign of a provider. Decoration: its name stands beside it. */
export function ProviderLogo({ provider, name, size = 24 }: ProviderLogoProps) {
  const sized = { width: size, height: size };
  if (provider === "backend")
    return <Server aria-hidden style={sized} strokeWidth={1.6} className="text-accent-ink" />;
  if (provider === "anonymous")
    return <UserRoundX aria-hidden style={sized} strokeWidth={1.6} className="text-accent-ink" />;
  if (provider === "custom")
    return <KeyRound aria-hidden style={sized} strokeWidth={1.6} className="text-soft" />;
  const logo = findLogo(provider);
  if (!logo) return <Monogram name={name} size={size} />;
  return (
    <svg aria-hidden viewBox={logo.viewBox} fillRule="evenodd" style={sized} className="shrink-0">
      {logo.shapes.map(({ path, light, dark }) => (
        <Fragment key={path}>
          <path d={path} fill={light} className="dark:hidden" />
          <path d={path} fill={dark} className="hidden dark:inline" />
        </Fragment>
      ))}
    </svg>
  );
}

function Monogram({ name, size }: { name: string; size: number }) {
  return (
    <span
      aria-hidden
      className="grid shrink-0 place-items-center rounded-md bg-hover font-semibold text-soft"
      style={{ width: size, height: size, fontSize: size * 0.55 }}
    >
      {firstLetter(name)}
    </span>
  );
}
