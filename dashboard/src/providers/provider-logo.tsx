import { KeyRound, UserRoundX, Server, ShieldUser } from "lucide-react";
import { Fragment } from "react";

import { findLogo } from "./logos";

interface ProviderLogoProps {
  /**
   * The id of the preset; `backend` and `anonymous` have signs of their own, a rule without preset a key, and
   * providers of whose logo there is no free drawing a shield.
   */
  provider: string;
  /** In pixels. */
  size?: number;
}

/** The sign of a provider. Decoration: its name stands beside it. */
export function ProviderLogo({ provider, size = 24 }: ProviderLogoProps) {
  const sized = { width: size, height: size };
  if (provider === "backend")
    return <Server aria-hidden style={sized} strokeWidth={1.6} className="text-accent-ink" />;
  if (provider === "anonymous")
    return <UserRoundX aria-hidden style={sized} strokeWidth={1.6} className="text-accent-ink" />;
  if (provider === "custom")
    return <KeyRound aria-hidden style={sized} strokeWidth={1.6} className="text-soft" />;
  const logo = findLogo(provider);
  if (!logo) return <ShieldUser aria-hidden style={sized} strokeWidth={1.6} className="text-soft" />;
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
