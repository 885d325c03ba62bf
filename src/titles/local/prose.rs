//! Markdown as lines of plain text.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::visible::ends_line;

/// What chats know besides the common marks.
const MARKS: Options =
    Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_TASKLISTS);

/// The lines of a text without the marks of its Markdown.
#[derive(Default)]
pub(super) struct Lines {
    /// What is said.
    pub(super) prose: Vec<String>,
    /// What stands between code fences.
    pub(super) code: Vec<String>,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        // Chats are not indented with a meaning: four blanks before a sentence make no code of it.
        let lines: Vec<&str> = text.split(ends_line).map(str::trim_start).collect();
        let source = lines.join("\n");
        let mut writer = Writer { lines: Self::default(), line: String::new(), is_code: false };
        for event in Parser::new_ext(&source, MARKS) {
            writer.take(event);
        }
        writer.end_line();
        writer.lines
    }
}

struct Writer {
    lines: Lines,
    line: String,
    is_code: bool,
}

impl Writer {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                self.end_line();
                self.is_code = true;
            }
            Event::End(TagEnd::CodeBlock) => {
                self.end_line();
                self.is_code = false;
            }
            Event::Start(Tag::TableCell) | Event::End(TagEnd::TableCell) => self.line.push(' '),
            Event::Start(tag) => self.end_line_unless(is_inline(tag.to_end())),
            Event::End(tag) => self.end_line_unless(is_inline(tag)),
            Event::SoftBreak | Event::HardBreak | Event::Rule => self.end_line(),
            Event::Text(text) | Event::Html(text) if self.is_code || text.contains('\n') => {
                self.take_lines(&text);
            }
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.line.push_str(&text);
            }
            _ => {}
        }
    }

    fn take_lines(&mut self, text: &str) {
        for line in text.split_inclusive('\n') {
            self.line.push_str(line);
            if line.ends_with('\n') {
                self.end_line();
            }
        }
    }

    fn end_line_unless(&mut self, is_inline: bool) {
        if !is_inline {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let lines = if self.is_code { &mut self.lines.code } else { &mut self.lines.prose };
        if !line.trim().is_empty() {
            lines.push(line);
        }
    }
}

fn is_inline(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}
