import clsx from "clsx";
import { ExternalLink, File, Image, Link as LinkIcon } from "lucide-react";
import type { ReactNode } from "react";

import { RemoteLink } from "./remote-link";
import { writtenSize } from "./size";
import { bytesIn, innerPicture, placeOf, safeUrl } from "../transcript/links";
import type { Part } from "../transcript/shown";
import { fill, text } from "@/text";

const words = text.threads.part;

type Of<Kind extends Part["kind"]> = Extract<Part, { kind: Kind }>;

/** A picture in the message itself; one that lies elsewhere is a link, so that nobody there learns who reads. */
export function ImageChip({ part }: { part: Of<"image"> }) {
  const inner = innerPicture(part.source);
  if (inner === undefined)
    return (
      <Chip icon={<Image />} url={part.source} detail={detailOf(part.source)}>
        {part.name ?? words.image}
      </Chip>
    );
  const label = part.name === null ? words.picture : fill(words.pictureOf, { name: part.name });
  return <img src={inner} alt={label} className="max-h-96 max-w-full rounded-lg border border-line" />;
}

/** A file: its name, kind and size, and a link where it is one. */
export function FileChip({ part }: { part: Of<"file"> }) {
  const detail = [part.media_type, detailOf(part.source)].filter(Boolean).join(" · ");
  return (
    <Chip icon={<File />} url={part.source} detail={detail}>
      {part.name ?? words.file}
    </Chip>
  );
}

/** Where an answer is from. */
export function SourceChip({ part }: { part: Of<"source"> }) {
  const place = part.url === null ? undefined : placeOf(part.url);
  return (
    <Chip
      icon={<LinkIcon />}
      url={part.url ?? ""}
      detail={part.title === null ? part.detail : (place ?? part.detail)}
    >
      {part.title ?? place ?? words.source}
    </Chip>
  );
}

function detailOf(source: string): string | undefined {
  const bytes = bytesIn(source);
  if (bytes !== undefined) return writtenSize(bytes);
  const url = safeUrl(source);
  return url === undefined ? undefined : placeOf(url);
}

const chip =
  "inline-flex min-h-8 max-w-full items-center gap-2 rounded-lg border border-line bg-surface px-2.5 py-1 text-[13px]";

function Chip(props: { icon: ReactNode; url: string; detail: string | null | undefined; children: string }) {
  const isLink = safeUrl(props.url) !== undefined;
  const content = (
    <>
      <span aria-hidden className="shrink-0 text-faint [&>svg]:size-4">
        {props.icon}
      </span>
      <span className="truncate font-medium">{props.children}</span>
      {props.detail && <span className="truncate text-faint">{props.detail}</span>}
      {isLink && <ExternalLink aria-hidden className="size-3.5 shrink-0 text-faint" />}
    </>
  );
  if (!isLink) return <span className={chip}>{content}</span>;
  return (
    <RemoteLink url={props.url} className={clsx(chip, "hover:bg-hover")}>
      {content}
    </RemoteLink>
  );
}
