// A part of a message, the same to see whichever runtime shows it.

import { createElement as h } from "react";

export function Part({ kind, text }) {
  return text === ""
    ? null
    : h("p", { className: "part", [`data-kind`]: kind }, text);
}

/** A tool call with its keys in order, since objects come back from a database in any. */
export const toolCall = (name, args, result) =>
  `${name}(${inOrder(args)}) = ${inOrder(result)}`;

const inOrder = (value) => JSON.stringify(value, sortKeys);

const sortKeys = (_, value) =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort())
    : value;
