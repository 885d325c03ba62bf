import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { linkDialog } from "./created-link";
import { RoleField } from "./role-field";
import { rolesToGrant } from "./roles";
import { api, path } from "@/api/client";
import type { CreatedInvitation, CreateInvitation, OrganizationView } from "@/api/contract";
import { type Form, useForm } from "@/forms/use-form";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";

const words = text.members.invitation;

interface InviteDialogProps {
  organization: OrganizationView;
  onClose: () => void;
}

/** Asks who is invited as what, then shows the link. One dialog for both: the focus stays in it. */
export function InviteDialog({ organization, onClose }: InviteDialogProps) {
  const [created, setCreated] = useState<CreatedInvitation>();
  const form = useInvitationForm(organization, setCreated);
  const asking = {
    title: words.title,
    description: words.description,
    footer: (
      <>
        <Button onClick={onClose}>{text.ui.cancel}</Button>
        <Button type="submit" form="new-invitation" look="primary" isBusy={form.isBusy}>
          {words.create}
        </Button>
      </>
    ),
    children: <InvitationFields organization={organization} form={form} />,
  };
  const shown = created ? linkDialog(created, organization, onClose) : asking;
  return <Dialog onClose={onClose} isKept={created !== undefined} {...shown} />;
}

type Values = Required<CreateInvitation>;

function useInvitationForm(
  organization: OrganizationView,
  onCreated: (created: CreatedInvitation) => void,
): Form<Values> {
  const queryClient = useQueryClient();
  return useForm<Values>({
    initial: { role: "member", email: "" },
    validate: ({ email }) => (isAddress(email) ? {} : { email: words.emailInvalid }),
    submit: async ({ role, email }) => {
      const address = (email ?? "").trim();
      const body: CreateInvitation = { role, email: address === "" ? null : address };
      onCreated(await api.post<CreatedInvitation>(path`/organizations/${organization.id}/invitations`, body));
      await queryClient.invalidateQueries({ queryKey: ["organization", organization.id] });
    },
  });
}

function InvitationFields({ organization, form }: { organization: OrganizationView; form: Form<Values> }) {
  return (
    <form id="new-invitation" noValidate onSubmit={form.onSubmit} className="space-y-4">
      <RoleField
        label={words.role}
        choices={rolesToGrant(organization.role)}
        chosen={form.values.role}
        onChange={(role) => form.change({ role })}
        error={form.errorOf("role")}
      />
      <Field label={words.email} hint={words.emailHint} error={form.errorOf("email")} isOptional>
        <TextInput
          type="email"
          inputMode="email"
          autoCapitalize="none"
          maxLength={254}
          value={form.values.email ?? ""}
          onChange={(event) => form.change({ email: event.target.value })}
        />
      </Field>
      {form.problem && <Callout tone="danger">{form.problem}</Callout>}
    </form>
  );
}

/** True for what can be an address, and for nothing at all. */
function isAddress(written: string | null): boolean {
  const address = (written ?? "").trim();
  return address === "" || /^[^\s@]+@[^\s@]+$/.test(address);
}
