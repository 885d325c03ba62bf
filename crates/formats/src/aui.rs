//! What is read of a message in `aui/v0`.

use crate::json::fields;

fields! {
    /// A message.
    Message + whole {
        role: b"role",
        content: b"content",
        attachments: b"attachments",
        metadata: b"metadata",
    }
}

fields! {
    /// What a user attached to a message.
    Attachment + whole {
        kind: b"type",
        name: b"name",
        content_type: b"contentType",
        content: b"content",
    }
}

fields! {
    /// A part of a message, with the fields of all types of parts.
    Part + whole {
        kind: b"type",
        id: b"id",
        text: b"text",
        provider_metadata: b"providerMetadata",
        tool_call_id: b"toolCallId",
        tool_name: b"toolName",
        args: b"args",
        args_text: b"argsText",
        result: b"result",
        is_error: b"isError",
        is_preliminary: b"isPreliminary",
        artifact: b"artifact",
        model_content: b"modelContent",
        mcp: b"mcp",
        approval: b"approval",
        interrupt: b"interrupt",
        messages: b"messages",
        interactions: b"unstable_interactions",
        summary: b"unstable_summary",
        source_type: b"sourceType",
        url: b"url",
        title: b"title",
        media_type: b"mediaType",
        filename: b"filename",
        image: b"image",
        data: b"data",
        mime_type: b"mimeType",
        audio: b"audio",
        name: b"name",
        spec: b"spec",
    }
}

fields! {
    /// The inside of an `audio` part.
    Audio {
        data: b"data",
        format: b"format",
    }
}

fields! {
    /// What goes along with a message.
    Metadata {
        custom: b"custom",
        state: b"unstable_state",
        annotations: b"unstable_annotations",
        data: b"unstable_data",
        steps: b"steps",
        timing: b"timing",
        submitted_feedback: b"submittedFeedback",
        modality: b"modality",
    }
}

fields! {
    /// What was asked of the user before a call, and the answer.
    Approval {
        approved: b"approved",
        resolution: b"resolution",
    }
}

fields! {
    /// Where a tool comes from.
    Mcp {
        app: b"app",
    }
}
