import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import { required, useForm } from "./use-form";
import { ApiError } from "@/api/error";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";

function NameForm({ submit }: { submit: (values: { name: string }) => Promise<unknown> }) {
  const form = useForm({ initial: { name: "" }, validate: (values) => required(values, "name"), submit });
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <Field label="Name" hint="Any" error={form.errorOf("name")}>
        <TextInput value={form.values.name} onChange={(event) => form.change({ name: event.target.value })} />
      </Field>
      <p>{form.problem}</p>
      <button type="submit">Send</button>
    </form>
  );
}

function setUp(submit: (values: { name: string }) => Promise<unknown>) {
  render(<NameForm submit={submit} />);
  return {
    user: userEvent.setup(),
    field: screen.getByLabelText("Name"),
    button: screen.getByRole("button"),
  };
}

describe("useForm", () => {
  it("sends nothing that it knows to be wrong", async () => {
    const submit = vi.fn(() => Promise.resolve());
    const { user, field, button } = setUp(submit);
    await user.click(button);
    expect(submit).not.toHaveBeenCalled();
    expect(field.getAttribute("aria-invalid")).toBe("true");
    await user.type(field, "x");
    expect(field.getAttribute("aria-invalid")).toBeNull();
  });

  it("sends once, however often the button is pressed", async () => {
    let done: () => void = () => undefined;
    const submit = vi.fn(() => new Promise<void>((resolve) => (done = resolve)));
    const { user, field, button } = setUp(submit);
    await user.type(field, "Support");
    await user.dblClick(button);
    expect(submit).toHaveBeenCalledExactlyOnceWith({ name: "Support" });
    done();
  });

  it("ties the server's complaint to its field", async () => {
    const issue = { code: "custom", path: ["name"], message: "Name is taken" };
    const { user, field, button } = setUp(() =>
      Promise.reject(new ApiError(400, "Schema validation error", "Name is taken", [issue])),
    );
    await user.type(field, "Support");
    await user.click(button);
    const message = await screen.findByText("Name is taken");
    expect(field.getAttribute("aria-describedby")?.split(" ")).toContain(message.id);
    await waitFor(() => expect(document.activeElement).toBe(field));
  });

  it("says what is about no field above the buttons", async () => {
    const { user, field, button } = setUp(() =>
      Promise.reject(new ApiError(409, "full", "There is no room left")),
    );
    await user.type(field, "Support");
    await user.click(button);
    expect(await screen.findByText("There is no room left")).toBeTruthy();
    expect(field.getAttribute("aria-invalid")).toBeNull();
  });
});
