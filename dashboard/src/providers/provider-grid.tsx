import { ChevronDown } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";

import { splitPresets } from "./presets";
import { ProviderLogo } from "./provider-logo";
import type { Preset } from "@/api/contract";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { Skeleton } from "@/ui/skeleton";

/** What a tile is made of: put both on a link. */
export interface TileProps {
  className: string;
  children: ReactNode;
}

interface ProviderGridProps {
  /** Undefined while they load. */
  presets: Preset[] | undefined;
  /** Makes the link for a provider: its id, or `backend`, `anonymous`, `custom`. */
  tile: (provider: string, props: TileProps) => ReactElement;
  /** Offers the ways without a provider, too. */
  hasOwnWays?: boolean;
  /** Further tiles at the end of the others. */
  extra?: { provider: string; name: string; about: string }[];
}

/** The ways to sign users in, as a grid of logos. */
export function ProviderGrid({ presets, tile, hasOwnWays = false, extra = [] }: ProviderGridProps) {
  const [isOpen, setOpen] = useState(false);
  if (!presets) return <SkeletonGrid />;
  const { popular, others } = splitPresets(presets);
  return (
    <div className="space-y-5">
      <Tiles label={text.providers.popular}>
        {popular.map((preset) => (
          <li key={preset.id}>{tile(preset.id, bigTile(preset.id, preset.name))}</li>
        ))}
      </Tiles>
      {!isOpen && (
        <Button
          look="ghost"
          size="sm"
          aria-expanded={false}
          icon={<ChevronDown aria-hidden className="size-4" />}
          onClick={() => setOpen(true)}
        >
          {text.providers.more}
        </Button>
      )}
      {isOpen && (
        <Tiles label={text.providers.more} isDense>
          {others.map((preset) => (
            <li key={preset.id}>{tile(preset.id, smallTile(preset.id, preset.name))}</li>
          ))}
        </Tiles>
      )}
      {(hasOwnWays || extra.length > 0) && (
        <ul aria-label={text.providers.own} className="grid gap-3 sm:grid-cols-2">
          {hasOwnWays && (
            <>
              <li>
                {tile("backend", wideTile("backend", text.providers.backend, text.providers.backendAbout))}
              </li>
              <li>
                {tile(
                  "anonymous",
                  wideTile("anonymous", text.providers.anonymous, text.providers.anonymousAbout),
                )}
              </li>
            </>
          )}
          {extra.map((way) => (
            <li key={way.provider}>{tile(way.provider, wideTile(way.provider, way.name, way.about))}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Tiles({
  label,
  isDense = false,
  children,
}: {
  label: string;
  isDense?: boolean;
  children: ReactNode;
}) {
  return (
    <ul
      aria-label={label}
      className={isDense ? "grid grid-cols-2 gap-2 sm:grid-cols-3" : "grid grid-cols-2 gap-3 sm:grid-cols-3"}
    >
      {children}
    </ul>
  );
}

const tileClass =
  "h-full rounded-xl border border-line bg-surface shadow-card transition-[border-color,background-color] hover:border-edge hover:bg-hover/50 " +
  "data-[chosen=true]:border-accent-ink data-[chosen=true]:bg-accent-tint";

function bigTile(provider: string, name: string): TileProps {
  return {
    className: `${tileClass} flex flex-col items-center justify-center gap-3 px-3 py-5 text-center font-medium`,
    children: (
      <>
        <ProviderLogo provider={provider} size={30} />
        {name}
      </>
    ),
  };
}

function smallTile(provider: string, name: string): TileProps {
  return {
    className: `${tileClass} flex min-h-11 items-center gap-2.5 px-3 py-2 text-[13px] font-medium`,
    children: (
      <>
        <ProviderLogo provider={provider} size={20} />
        <span className="min-w-0">{name}</span>
      </>
    ),
  };
}

function wideTile(provider: string, name: string, about: string): TileProps {
  return {
    className: `${tileClass} flex items-center gap-3.5 px-4 py-3.5`,
    children: (
      <>
        <ProviderLogo provider={provider} size={24} />
        <span>
          <span className="block font-medium">{name}</span>
          <span className="block text-[13px] text-soft">{about}</span>
        </span>
      </>
    ),
  };
}

function SkeletonGrid() {
  return (
    <div
      role="status"
      aria-busy
      aria-label={text.ui.loading}
      className="grid grid-cols-2 gap-3 sm:grid-cols-3"
    >
      {Array.from({ length: 6 }, (_, index) => (
        <Skeleton key={index} className="h-[6.6rem] rounded-xl" />
      ))}
    </div>
  );
}
