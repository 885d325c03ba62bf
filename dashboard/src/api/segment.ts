/** Ids that a browser would take for steps in a path, however they are encoded, and those that look like their escape. */
const STEP = /^~*\.{1,2}$/;

/** An id as a part of a path, not yet percent-encoded: no browser changes it. */
export function toSegment(id: string): string {
  return STEP.test(id) ? `~${id}` : id;
}

/** The id in a part that `toSegment` made. */
export function fromSegment(segment: string): string {
  return segment.startsWith("~") && STEP.test(segment) ? segment.slice(1) : segment;
}
