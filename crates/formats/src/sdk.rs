//! What is read of a message of the AI SDK, in `ai-sdk/v5` and `ai-sdk/v6`.

use crate::json::fields;

fields! {
    /// A message.
    Message + whole {
        role: b"role",
        parts: b"parts",
    }
}

fields! {
    /// A part of a message, with the fields of all types of parts.
    Part + whole {
        kind: b"type",
        text: b"text",
        tool_call_id: b"toolCallId",
        tool_name: b"toolName",
        state: b"state",
        input: b"input",
        raw_input: b"rawInput",
        output: b"output",
        error_text: b"errorText",
        preliminary: b"preliminary",
        approval: b"approval",
        media_type: b"mediaType",
        url: b"url",
        filename: b"filename",
        title: b"title",
        data: b"data",
    }
}

fields! {
    /// What goes along with a message.
    Metadata {
        artifacts: b"__aui_toolArtifacts",
        interactions: b"__aui_toolInteractions",
        approval_responses: b"__aui_toolApprovalResponses",
        timing: b"timing",
        submitted_feedback: b"submittedFeedback",
    }
}

fields! {
    /// A result that differs from what the model saw of it.
    Envelope {
        model_content: b"__aui_modelContent",
        value: b"value",
    }
}
