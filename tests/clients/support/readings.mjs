// What the versions make of one and the same answer, brought to a common form.

import assert from "node:assert/strict";

/** A timestamp's text: old clients hand it on as it came, later ones as a date. */
export function instant(version, value) {
  if (version.decodes) {
    assert.ok(value instanceof Date, `${value} is a date`);
    return value.toISOString();
  }
  assert.equal(new Date(value).toISOString(), value);
  return value;
}

/** A thread as it went over the wire: timestamps as text, no title as null. */
export function readThread(version, thread) {
  // Without decoding, a single thread comes with the copy that is meant for the later clients.
  const { thread: copy, ...fields } = thread;
  if (copy !== undefined) assert.deepEqual(copy, fields);
  return {
    ...fields,
    ...instants(version, fields, [
      "last_message_at",
      "created_at",
      "updated_at",
    ]),
    title: version.decodes && fields.title === "" ? null : fields.title,
  };
}

/** A message as it went over the wire. */
export function readMessage(version, message) {
  return {
    ...message,
    ...instants(version, message, ["created_at", "updated_at"]),
  };
}

function instants(version, object, names) {
  return Object.fromEntries(
    names.map((name) => [name, instant(version, object[name])]),
  );
}

/** The order of a message list: deepest first, of these the newest, of these the greatest id. */
export function inListOrder(messages) {
  return messages.toSorted(
    (a, b) =>
      b.height - a.height ||
      descending(a.created_at, b.created_at) ||
      descending(a.id, b.id),
  );
}

/** The order of a thread list: last message first, then the greatest id. */
export function inThreadOrder(threads) {
  return threads.toSorted(
    (a, b) =>
      descending(a.last_message_at, b.last_message_at) ||
      descending(a.id, b.id),
  );
}

function descending(left, right) {
  if (left === right) return 0;
  return left < right ? 1 : -1;
}
