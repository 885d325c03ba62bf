// What a message says and holds, whichever format it is in: what must be the same after every conversion.

import { isDeepStrictEqual } from "node:util";

/** Of a message as it is stored. */
export const storedSubstance = (content) =>
  content.parts ? ofSdk(content) : ofAui(content);

/** Of a message as a runtime of assistant-ui holds it. */
export const loadedSubstance = (message) => ofAui(message);

function ofAui({ role, content, attachments = [], metadata }) {
  const attached = attachments.flatMap((attachment) =>
    attachment.content.map((part) => ofAuiPart(part, attachment.name)),
  );
  const custom = { ...metadata?.custom };
  return substance(
    role,
    [...content.map((part) => ofAuiPart(part)), ...attached],
    { ...known(metadata), ...custom },
  );
}

function ofSdk({ role, parts, metadata = {} }) {
  const { custom, ...rest } = metadata;
  const shown = parts.filter(({ type }) => type !== "step-start");
  const said = { ...custom, ...Object.fromEntries(filled(rest)) };
  return substance(role, shown.map(ofSdkPart), said);
}

/** Files aside, since readers keep those of a user apart; and without what stands beside calls, which is theirs. */
function substance(role, parts, said) {
  const isFile = ({ file }) => file !== undefined;
  const {
    __aui_toolArtifacts: artifacts = {},
    __aui_toolInteractions: interactions = {},
    ...metadata
  } = said;
  const withBeside = (part) =>
    part.call === undefined
      ? part
      : tidy({
          ...part,
          artifact: part.artifact ?? artifacts[part.call],
          interactions: part.interactions ?? interactions[part.call],
          approval: undefined,
        });
  return {
    role,
    parts: parts.filter((part) => !isFile(part)).map(withBeside),
    files: parts.filter(isFile),
    approvals: parts.flatMap(({ call, approval }) =>
      approval ? [{ call, ...approval }] : [],
    ),
    metadata,
  };
}

const KNOWN = [
  "unstable_state",
  "unstable_annotations",
  "unstable_data",
  "steps",
  "timing",
  "submittedFeedback",
  "modality",
];

const known = (metadata = {}) =>
  Object.fromEntries(filled(metadata).filter(([key]) => KNOWN.includes(key)));

/** The members in which there is something: runtimes fill in the rest. */
const filled = (object) =>
  Object.entries(object).filter(
    ([, value]) =>
      value !== undefined &&
      ![null, "", [], {}].some((empty) => isDeepStrictEqual(value, empty)),
  );

/** Without the members that are not there. */
const tidy = (object) => JSON.parse(JSON.stringify(object));

function ofAuiPart(part, name) {
  const { type, providerMetadata } = part;
  switch (type) {
    case "text":
      return tidy({ text: part.text, providerMetadata });
    case "reasoning":
      return tidy({
        reasoning: part.text || part.unstable_summary,
        providerMetadata,
      });
    case "image":
      return file(part.image, part.filename ?? name);
    case "file":
      return file(url(part.data, part.mimeType), part.filename ?? name);
    case "audio":
      return file(url(part.audio.data, `audio/${part.audio.format}`), name);
    case "source": {
      const { sourceType, id, title, mediaType, filename } = part;
      const source = { id, url: part.url, title, mediaType, filename };
      return tidy({ source: sourceType, ...source, providerMetadata });
    }
    case "data":
      return { data: part.name, value: part.data };
    case "generative-ui":
      return { data: "generative-ui", value: part.spec };
    case "tool-call":
      return ofAuiCall(part);
    default:
      throw new Error(`no reader for ${type}`);
  }
}

function ofAuiCall(part) {
  const { toolCallId: call, toolName: tool, modelContent, mcp } = part;
  const { artifact, unstable_interactions: interactions, approval } = part;
  return tidy({
    call,
    tool,
    args: argsOf(part),
    ...outcome(part.result, part.isError, approval),
    ...{ modelContent, app: mcp?.app, artifact, interactions, approval },
  });
}

/** Arguments that were cut off are no object yet; some readers guess at one. */
const argsOf = ({ args, argsText }) =>
  argsText === undefined ? (args ?? {}) : (parsed(argsText) ?? {});

/** That a call was denied says its approval; the AI SDK's runtime says it once more, as an error. */
function outcome(result, isError, approval) {
  if (!isError) return { result };
  const error = unwrapped(result);
  const isDenial =
    approval?.approved === false && error === unwrapped(denied(approval));
  return isDenial ? {} : { error };
}

const denied = ({ reason = "Tool approval denied" }) => reason;

/** What an error says. It may stand in an object of its own, or be JSON as text. */
function unwrapped(error) {
  const said = typeof error === "string" ? parsed(error) : error?.error;
  return said === undefined ? error : unwrapped(said);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function ofSdkPart(part) {
  const { type, providerMetadata } = part;
  switch (type) {
    case "text":
      return tidy({ text: part.text, providerMetadata });
    case "reasoning":
      return tidy({ reasoning: part.text, providerMetadata });
    case "file":
      return file(part.url, part.filename);
    case "source-url":
    case "source-document": {
      const { sourceId: id, title, mediaType, filename } = part;
      const source = { id, url: part.url, title, mediaType, filename };
      return tidy({ source: type.slice(7), ...source, providerMetadata });
    }
    default:
      return type.startsWith("data-")
        ? { data: type.slice(5), value: part.data }
        : ofSdkCall(part);
  }
}

function ofSdkCall(part) {
  const { type, toolCallId: call, toolName, approval } = part;
  const isError = part.state === "output-error";
  return tidy({
    call,
    tool: toolName ?? type.slice("tool-".length),
    args: part.state === "input-streaming" ? {} : (part.input ?? {}),
    ...outcome(isError ? part.errorText : part.output, isError, approval),
    approval,
  });
}

/** The AI SDK's runtime calls a file "file" that has no name. */
const file = (url, name) => tidy({ file: url, name: name ?? "file" });

const url = (data, mediaType) =>
  URL.canParse(data) ? data : `data:${mediaType};base64,${data}`;
