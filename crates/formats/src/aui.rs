//! What is read of a message in `aui/v0`.

use crate::json::fields;

fields! {
    /// A message.
    Message + whole {
        role: "role",
        content: "content",
        attachments: "attachments",
        metadata: "metadata",
    }
}

fields! {
    /// What a user attached to a message.
    Attachment + whole {
        kind: "type",
        name: "name",
        content_type: "contentType",
        content: "content",
    }
}

fields! {
    /// A part of a message, with the fields of all types of parts.
    Part + whole {
        kind: "type",
        id: "id",
        text: "text",
        provider_metadata: "providerMetadata",
        tool_call_id: "toolCallId",
        tool_name: "toolName",
        args: "args",
        args_text: "argsText",
        result: "result",
        is_error: "isError",
        is_preliminary: "isPreliminary",
        artifact: "artifact",
        model_content: "modelContent",
        mcp: "mcp",
        approval: "approval",
        interrupt: "interrupt",
        messages: "messages",
        interactions: "unstable_interactions",
        summary: "unstable_summary",
        source_type: "sourceType",
        url: "url",
        title: "title",
        media_type: "mediaType",
        filename: "filename",
        image: "image",
        data: "data",
        mime_type: "mimeType",
        audio: "audio",
        name: "name",
        spec: "spec",
    }
}

fields! {
    /// The inside of an `audio` part.
    Audio {
        data: "data",
        format: "format",
    }
}

fields! {
    /// What goes along with a message.
    Metadata {
        custom: "custom",
        state: "unstable_state",
        annotations: "unstable_annotations",
        data: "unstable_data",
        steps: "steps",
        timing: "timing",
        submitted_feedback: "submittedFeedback",
        modality: "modality",
    }
}

fields! {
    /// What was asked of the user before a call, and the answer.
    Approval {
        approved: "approved",
        resolution: "resolution",
    }
}

fields! {
    /// Where a tool comes from.
    Mcp {
        app: "app",
    }
}
