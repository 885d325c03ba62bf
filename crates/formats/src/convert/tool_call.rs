//! Calls of tools.

use super::Target;
use super::aui::present;
use super::metadata::Beside;
use super::part::{Lack, must, string};
use crate::aui::{Approval, Mcp, Part};
use crate::json::print::compact;
use crate::json::{Cursor, Fields, Raw, embedded, put, put_optional, write_literal};

/// How a call went.
enum State<'t> {
    Failed(Option<Raw<'t>>),
    Answered(Raw<'t>),
    /// Neither, with the state's name.
    Open(&'static str),
}

pub(super) fn write_tool_call<'t>(
    part: &Part<'t>,
    target: Target,
    beside: &mut Beside<'t>,
    out: &mut Vec<u8>,
) -> Result<(), Lack> {
    const KIND: &str = "tool-call";
    let id = must(string(part.tool_call_id), KIND, "string `toolCallId`")?;
    let name = must(part.tool_name.and_then(Raw::literal), KIND, "string `toolName`")?;
    let args = part.args.filter(Raw::is_object);
    let args_text = part.args_text.and_then(Raw::literal);
    if args.is_none() && args_text.is_none() && (part.args.is_some() || part.args_text.is_some()) {
        return Err(Lack::Field(KIND, "object `args` and no string `argsText`"));
    }
    let approval = present(part.approval).filter(|approval| target == Target::V6 && approval.is_object());

    put(out, "{\"type\":\"tool-");
    put(out, name.spelled());
    put(out, "\",\"toolCallId\":");
    put(out, id.spelled());
    if target == Target::V5 {
        put(out, ",\"toolName\":\"");
        put(out, name.spelled());
        out.push(b'"');
    }
    let state = state_of(part, approval);
    put(out, ",\"state\":\"");
    put(out, state.name());
    put(out, "\",\"input\":");
    match (args, args_text) {
        (Some(args), _) => put(out, args.spelled()),
        (None, text) => put(out, &text.and_then(embedded::parse).unwrap_or_else(|| "{}".to_owned())),
    }
    write_outcome(part, &state, out);
    write_provider_metadata(part, out);
    put_optional(out, ",\"approval\":", approval);
    out.push(b'}');
    beside.add(id, present(part.artifact), present(part.interactions));
    Ok(())
}

impl State<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Failed(_) => "output-error",
            Self::Answered(_) => "output-available",
            Self::Open(name) => name,
        }
    }
}

fn state_of<'t>(part: &Part<'t>, approval: Option<Raw<'t>>) -> State<'t> {
    if part.is_error.is_some_and(Raw::is_true) {
        return State::Failed(part.result);
    }
    match part.result {
        Some(result) => State::Answered(result),
        None => State::Open(approval.map_or("input-available", open_state)),
    }
}

/// The state of a call without a result that had to be approved.
///
/// The approval stays with the call in whatever state, although `validateUIMessages` of the AI SDK 6 and 7 refuses
/// three kinds: any in `input-available`, which is where one with a `resolution` stands; in `output-available` and
/// `output-error` one whose `approved` is not `true`; in `approval-requested` one with a `reason`. There is no other
/// output that keeps what they say: the states that allow such an approval allow no result, or mean that somebody
/// still may or did answer. The runtimes of assistant-ui, which do not validate, read all three.
fn open_state(approval: Raw<'_>) -> &'static str {
    let Ok(approval) = Approval::of(Some(approval)) else { return "input-available" };
    match (approval.approved, present(approval.resolution)) {
        (Some(approved), _) if approved.is_false() => "output-denied",
        (Some(approved), _) if approved.is_true() => "approval-responded",
        (_, None) => "approval-requested",
        (_, Some(_)) => "input-available",
    }
}

fn write_outcome(part: &Part<'_>, state: &State<'_>, out: &mut Vec<u8>) {
    match state {
        State::Failed(result) => {
            put(out, ",\"errorText\":");
            write_error_text(*result, out);
        }
        State::Answered(result) => {
            put(out, ",\"output\":");
            write_output(*result, present(part.model_content), out);
            if part.is_preliminary.is_some_and(Raw::is_true) {
                put(out, ",\"preliminary\":true");
            }
        }
        State::Open(_) => {}
    }
}

/// A string as it is, any other JSON as its text.
pub(super) fn write_error_text(result: Option<Raw<'_>>, out: &mut Vec<u8>) {
    match result {
        None => put(out, "\"\""),
        Some(text) if text.literal().is_some() => put(out, text.spelled()),
        Some(json) => write_literal(&compact(json.spelled()), out),
    }
}

/// What the model saw of a result stands around it when it differs.
fn write_output(result: Raw<'_>, model_content: Option<Raw<'_>>, out: &mut Vec<u8>) {
    let Some(model_content) = model_content else { return put(out, result.spelled()) };
    put(out, "{\"__aui_modelContent\":");
    put(out, model_content.spelled());
    put(out, ",\"value\":");
    put(out, result.spelled());
    out.push(b'}');
}

/// The provider's metadata, with the app that shows the call under `mcp`, where clients read it.
fn write_provider_metadata(part: &Part<'_>, out: &mut Vec<u8>) {
    let metadata = part.provider_metadata.filter(Raw::is_object);
    let app = part.mcp.and_then(|mcp| Mcp::of(Some(mcp)).ok()).and_then(|mcp| present(mcp.app));
    let Some(app) = app else { return put_optional(out, ",\"callProviderMetadata\":", metadata) };
    put(out, ",\"callProviderMetadata\":{");
    let mcp = metadata.and_then(|metadata| write_but(metadata, "mcp", out));
    put(out, "\"mcp\":{");
    if let Some(mcp) = mcp.filter(Raw::is_object) {
        write_but(mcp, "app", out);
    }
    put(out, "\"app\":");
    put(out, app.spelled());
    put(out, "}}");
}

/// Appends the members of an object but one, whose value it returns, each with a comma after it.
fn write_but<'t>(object: Raw<'t>, left_out: &str, out: &mut Vec<u8>) -> Option<Raw<'t>> {
    let mut members = Cursor::members(object)?;
    let mut value_left_out = None;
    while let Ok(Some(member)) = members.next_member() {
        let Ok(value) = members.value() else { break };
        if member.name() == left_out {
            value_left_out = Some(value);
            continue;
        }
        member.write(value, out);
        out.push(b',');
    }
    value_left_out
}
