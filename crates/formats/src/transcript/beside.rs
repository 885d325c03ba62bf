//! What is kept of a message beside its parts.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Stored;
use super::parts::filled;
use crate::aui::Part;
use crate::json::{Cursor, Fields, Malformed, Raw};

/// What the copy of a message in `aui/v0` has that its native content has no place for.
#[derive(Default)]
pub(super) struct Copied<'t> {
    calls: HashMap<Cow<'t, str>, CopiedCall<'t>>,
    pub(super) timing: Option<Raw<'t>>,
    pub(super) feedback: Option<Raw<'t>>,
}

/// The same of a call.
#[derive(Clone, Copy, Default)]
pub(super) struct CopiedCall<'t> {
    pub(super) artifact: Option<Raw<'t>>,
    pub(super) interactions: Option<Raw<'t>>,
    pub(super) approval: Option<Raw<'t>>,
    pub(super) messages: Option<Raw<'t>>,
}

impl<'t> Copied<'t> {
    pub(super) fn of(copy: &Stored<'t>) -> Result<Self, Malformed> {
        let metadata = crate::sdk::Metadata::of(copy.metadata)?;
        let mut calls = HashMap::new();
        let mut parts = copy.content.and_then(Cursor::items);
        while let Some(parts) = &mut parts {
            if !parts.next_item()? {
                break;
            }
            let part = Part::read(parts)?;
            let is_call = part.kind.and_then(Raw::literal).is_some_and(|kind| kind.is("tool-call"));
            if let Some(id) = filled(part.tool_call_id).and_then(Raw::literal).filter(|_| is_call) {
                calls.insert(id.text(), CopiedCall::of(&part));
            }
        }
        Ok(Self { calls, timing: given(metadata.timing), feedback: given(metadata.submitted_feedback) })
    }

    pub(super) fn call(&self, id: Option<Raw<'_>>) -> CopiedCall<'t> {
        let id = id.and_then(Raw::literal);
        id.and_then(|id| self.calls.get(&id.text())).copied().unwrap_or_default()
    }
}

impl<'t> CopiedCall<'t> {
    fn of(part: &Part<'t>) -> Self {
        Self {
            artifact: given(part.artifact),
            interactions: given(part.interactions),
            approval: given(part.approval).or(given(part.interrupt)),
            messages: given(part.messages),
        }
    }
}

/// A value, but none that is `null`.
pub(super) fn given(value: Option<Raw<'_>>) -> Option<Raw<'_>> {
    value.filter(|value| !value.is_null())
}

/// A record in a message's metadata, by the ids of calls or of approvals.
#[derive(Default)]
pub(super) struct Record<'t>(HashMap<Cow<'t, str>, Raw<'t>>);

impl<'t> Record<'t> {
    pub(super) fn of(value: Option<Raw<'t>>) -> Result<Self, Malformed> {
        let mut record = HashMap::new();
        let mut members = value.and_then(Cursor::members);
        while let Some(members) = &mut members {
            let Some(member) = members.next_member()? else { break };
            record.insert(member.name(), members.value()?);
        }
        Ok(Self(record))
    }

    pub(super) fn get(&self, id: Option<Raw<'_>>) -> Option<Raw<'t>> {
        let id = id.and_then(Raw::literal)?;
        given(self.0.get(&id.text()).copied())
    }
}
