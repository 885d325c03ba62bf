// A model that thinks, calls a tool, draws a picture and answers, and never says the same twice.

/** The smallest picture there is. */
export const pixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const picture = `data:image/png;base64,${pixel}`;

export class Model {
  #replies = 0;
  #gate = Promise.resolve();

  /** Begins to count its replies anew. */
  restart() {
    this.#replies = 0;
  }

  /** Stops every reply in the middle of its text; the function that is given back lets them go on. */
  hold() {
    let release;
    this.#gate = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  /** The parts of one reply, as they come: `{ kind, … }`. */
  async *reply() {
    this.#replies += 1;
    const number = this.#replies;
    const id = `call_${number}`;
    yield { kind: "reasoning", text: `Thought ${number}: where is it?` };
    const args = { parcel: `P-${number}`, express: true };
    yield { kind: "tool", id, name: "track_parcel", args };
    yield { kind: "result", id, name: "track_parcel", result: { number } };
    yield { kind: "file", mediaType: "image/png", url: picture };
    yield { kind: "text", text: `Reply ${number}: ` };
    await this.#gate;
    yield { kind: "text", text: "it is on its way." };
  }
}
