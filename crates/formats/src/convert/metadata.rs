//! The metadata of a message.

use std::borrow::Cow;
use std::collections::HashSet;

use super::Target;
use crate::aui::Metadata;
use crate::json::{Cursor, Malformed, Member, Raw, put};

/// What parts hold that the AI SDK has no place for, by the id of the call.
#[derive(Default)]
pub(super) struct Beside<'t> {
    artifacts: Vec<(Raw<'t>, Raw<'t>)>,
    interactions: Vec<(Raw<'t>, Raw<'t>)>,
}

impl<'t> Beside<'t> {
    /// Keeps what one call holds.
    pub(super) fn add(&mut self, call: Raw<'t>, artifact: Option<Raw<'t>>, interactions: Option<Raw<'t>>) {
        self.artifacts.extend(artifact.map(|artifact| (call, artifact)));
        self.interactions.extend(interactions.map(|interactions| (call, interactions)));
    }
}

const ARTIFACTS: &str = "__aui_toolArtifacts";
const INTERACTIONS: &str = "__aui_toolInteractions";

/// Appends `metadata` as one more member of a message, unless there is nothing to say in it.
pub(super) fn write_metadata<'t>(
    metadata: &Metadata<'t>,
    beside: &Beside<'t>,
    target: Target,
    out: &mut Vec<u8>,
) -> Result<(), Malformed> {
    let known = known_members(metadata);
    let custom = metadata.custom.filter(|custom| custom.is_object() && !custom.is_empty());
    let mut written = Members { is_first: true, out };
    let mut stored = Stored::default();
    if let (Some(custom), Target::V6) = (custom, target) {
        stored = spread(custom, &known, beside, &mut written)?;
    }
    for (name, value) in known.iter().filter_map(|(name, value)| Some((name, (*value)?))) {
        written.named(name, value.spelled());
    }
    if let (Some(custom), Target::V5) = (custom, target) {
        written.named("custom", custom.spelled());
    }
    written.record(ARTIFACTS, &beside.artifacts, stored.artifacts)?;
    written.record(INTERACTIONS, &beside.interactions, stored.interactions)?;
    if !written.is_first {
        out.push(b'}');
    }
    Ok(())
}

/// The members that every message may have, without those in which there is nothing.
fn known_members<'t>(metadata: &Metadata<'t>) -> [(&'static str, Option<Raw<'t>>); 7] {
    [
        ("unstable_state", metadata.state),
        ("unstable_annotations", metadata.annotations),
        ("unstable_data", metadata.data),
        ("steps", metadata.steps),
        ("timing", metadata.timing),
        ("submittedFeedback", metadata.submitted_feedback),
        ("modality", metadata.modality),
    ]
    .map(|(name, value)| (name, value.filter(|value| !value.is_empty())))
}

/// Records that stand among the custom members: a message that was converted before has them there.
#[derive(Default)]
struct Stored<'t> {
    artifacts: Option<Raw<'t>>,
    interactions: Option<Raw<'t>>,
}

/// Writes the members of `custom` that no other member of the same name replaces.
fn spread<'t>(
    custom: Raw<'t>,
    known: &[(&'static str, Option<Raw<'t>>)],
    beside: &Beside<'t>,
    written: &mut Members<'_>,
) -> Result<Stored<'t>, Malformed> {
    let mut stored = Stored::default();
    let mut members = Cursor::members(custom).ok_or(Malformed)?;
    while let Some(member) = members.next_member()? {
        let value = members.value()?;
        match member.name().as_ref() {
            ARTIFACTS if !beside.artifacts.is_empty() => stored.artifacts = Some(value),
            INTERACTIONS if !beside.interactions.is_empty() => stored.interactions = Some(value),
            name if known.iter().any(|(known, value)| *known == name && value.is_some()) => {}
            _ => written.member(member, value),
        }
    }
    Ok(stored)
}

/// The metadata as it is written, which begins with its first member.
struct Members<'o> {
    is_first: bool,
    out: &'o mut Vec<u8>,
}

impl Members<'_> {
    fn begin(&mut self) {
        let is_first = std::mem::take(&mut self.is_first);
        put(self.out, if is_first { ",\"metadata\":{" } else { "," });
    }

    fn member<'t>(&mut self, member: Member<'t>, value: Raw<'t>) {
        self.begin();
        member.write(value, self.out);
    }

    fn named(&mut self, name: &str, value: &str) {
        self.begin();
        self.out.push(b'"');
        put(self.out, name);
        put(self.out, "\":");
        put(self.out, value);
    }

    /// Writes a record by call id: what was stored as one, and over it what the calls hold.
    fn record(
        &mut self,
        name: &str,
        of_calls: &[(Raw<'_>, Raw<'_>)],
        stored: Option<Raw<'_>>,
    ) -> Result<(), Malformed> {
        if of_calls.is_empty() {
            return Ok(());
        }
        self.named(name, "{");
        let (kept, seen) = last_of_each(of_calls);
        let mut stored = stored.and_then(Cursor::members);
        while let Some(members) = &mut stored {
            let Some(member) = members.next_member()? else { break };
            let value = members.value()?;
            if !seen.contains(&member.name()) {
                member.write(value, self.out);
                self.out.push(b',');
            }
        }
        for (id, value) in kept {
            put(self.out, id.spelled());
            self.out.push(b':');
            put(self.out, value.spelled());
            self.out.push(b',');
        }
        self.out.pop();
        self.out.push(b'}');
        Ok(())
    }
}

/// Of several values of one call the last, and the ids of all calls.
fn last_of_each<'a, 't>(
    of_calls: &'a [(Raw<'t>, Raw<'t>)],
) -> (Vec<&'a (Raw<'t>, Raw<'t>)>, HashSet<Cow<'t, str>>) {
    let mut seen = HashSet::new();
    let is_last = |(id, _): &&(Raw<'t>, Raw<'t>)| id.literal().is_some_and(|id| seen.insert(id.text()));
    let mut kept: Vec<_> = of_calls.iter().rev().filter(is_last).collect();
    kept.reverse();
    (kept, seen)
}
