//! What is read of a message of the AI SDK, in `ai-sdk/v5` and `ai-sdk/v6`.

use crate::json::fields;

fields! {
    /// A message.
    Message + whole {
        role: "role",
        parts: "parts",
    }
}

fields! {
    /// A part of a message, with the fields of all types of parts.
    Part + whole {
        kind: "type",
        text: "text",
        tool_call_id: "toolCallId",
        tool_name: "toolName",
        state: "state",
        input: "input",
        raw_input: "rawInput",
        output: "output",
        error_text: "errorText",
        preliminary: "preliminary",
        approval: "approval",
        media_type: "mediaType",
        url: "url",
        filename: "filename",
        title: "title",
        data: "data",
    }
}

fields! {
    /// What goes along with a message.
    Metadata {
        custom: "custom",
        artifacts: "__aui_toolArtifacts",
        interactions: "__aui_toolInteractions",
        approval_responses: "__aui_toolApprovalResponses",
        timing: "timing",
        submitted_feedback: "submittedFeedback",
    }
}

fields! {
    /// A result that differs from what the model saw of it.
    Envelope {
        model_content: "__aui_modelContent",
        value: "value",
    }
}
