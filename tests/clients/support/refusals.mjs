// What a user of each version gets to see of a refused call.

import assert from "node:assert/strict";
import { overhear } from "./network.mjs";

/** Each form is in force from its version on, until the next one. */
const forms = [
  {
    // The thrown message is caught by the client's own parse guard, so the raw body is shown.
    since: "0.0.2",
    shows: ({ status, text }) => ({
      name: "Error",
      message: `Request failed with status ${status}, ${text}`,
    }),
  },
  {
    since: "0.1.18",
    shows: ({ body }) => ({ name: "APIError", message: body.message }),
  },
  {
    since: "0.1.35",
    shows: ({ status, body }) => ({
      name: "CloudAPIError",
      message: body.message,
      status,
    }),
  },
  {
    since: "0.2.0",
    shows: ({ status, body: { error, ...details } }) => ({
      name: "CloudAPIError",
      message: details.message,
      status,
      code: error,
      details,
    }),
  },
];

/**
 * Checks that the server refuses `call` with this status and error, and that the version shows it in
 * its own form. Gives back the answer's body.
 */
export async function refused(version, call, status, error) {
  const { answers, error: failure, value } = await overhear(async () => call());
  assert.ok(failure, `refused, instead of answered ${JSON.stringify(value)}`);
  const answer = answers.at(-1);
  assert.ok(answer?.text !== undefined, `the server refused: ${failure.stack}`);
  const body = JSON.parse(answer.text);
  assert.deepEqual(
    { status: answer.status, error: body.error },
    { status, error },
  );
  assert.ok(typeof body.message === "string" && body.message.length > 0);

  const form = forms.findLast(({ since }) => version.since(since));
  assert.deepEqual(
    sightOf(failure),
    sightOf(form.shows({ status: answer.status, text: answer.text, body })),
  );
  return body;
}

function sightOf({ name, message, status, code, details }) {
  return { name, message, status, code, details };
}
