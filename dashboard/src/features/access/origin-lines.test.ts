import { expect, test } from "vitest";

import { lineProblems, lineRange, originLines } from "./origin-lines";

const typed = "https://a.example\n\n  http://b.example ,\r\nhttps://*.c.example;\n\n";

test("each line that is not blank is an origin", () => {
  expect(originLines(typed)).toEqual([
    { number: 1, origin: "https://a.example" },
    { number: 3, origin: "http://b.example" },
    { number: 4, origin: "https://*.c.example" },
  ]);
  expect(originLines(" \n\n")).toEqual([]);
});

test("a complaint about an entry stands at the line of the text, blank lines counted", () => {
  const issues = [
    {
      code: "custom",
      path: ["allowed_origins", 1],
      message: "Invalid allowed origin: http://b.example",
    },
  ];
  expect(lineProblems(issues, originLines(typed))).toEqual([
    {
      number: 3,
      origin: "http://b.example",
      message: "Invalid allowed origin: http://b.example",
    },
  ]);
});

test("complaints about something else, or about no entry, are not made up a line for", () => {
  const issue = (...path: (string | number)[]) => ({
    code: "custom",
    path,
    message: "no",
  });
  expect(
    lineProblems(
      [issue(), issue("allowed_origins"), issue("allowed_origins", 7), issue("name", 0)],
      originLines(typed),
    ),
  ).toEqual([]);
});

test("a line can be selected", () => {
  const text = "one\n\nthree";
  expect(text.slice(...lineRange(text, 1))).toBe("one");
  expect(text.slice(...lineRange(text, 2))).toBe("");
  expect(text.slice(...lineRange(text, 3))).toBe("three");
});
