//! Media types and URLs.

use std::borrow::Cow;

use url::Url;

use crate::json::Literal;

/// The types of images by the extension of their file's name.
const EXTENSIONS: [(&str, &str); 13] = [
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("svg", "image/svg+xml"),
    ("avif", "image/avif"),
    ("bmp", "image/bmp"),
    ("ico", "image/x-icon"),
    ("tiff", "image/tiff"),
    ("tif", "image/tiff"),
    ("heic", "image/heic"),
    ("heif", "image/heif"),
];

const DEFAULT: &str = "image/png";

/// The media type of an image, as it is spelled within a string literal: what its attachment says if it is
/// definite, else what its data URL says, else what the name in its URL lets guess.
pub(super) fn image_type<'t>(image: Option<Literal<'t>>, content_type: Option<Literal<'t>>) -> Cow<'t, str> {
    if let Some(content_type) = content_type.filter(|content_type| is_definite_image(&content_type.text())) {
        return Cow::Borrowed(content_type.spelled());
    }
    let Some(image) = image else { return Cow::Borrowed(DEFAULT) };
    let head = head_of(image);
    match head.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:")) {
        Some(scheme) => Cow::Owned(type_of_data_url(&head[scheme.len()..]).unwrap_or(DEFAULT).to_owned()),
        None => Cow::Borrowed(type_by_extension(&image.text()).unwrap_or(DEFAULT)),
    }
}

fn is_definite_image(media_type: &str) -> bool {
    media_type.starts_with("image/") && !media_type.contains('*')
}

/// The beginning of a literal's text: enough for the type in a data URL, without the picture in it.
fn head_of(literal: Literal<'_>) -> String {
    const LONGEST: usize = 200;
    let spelled = literal.spelled();
    let end = spelled.floor_char_boundary(LONGEST.min(spelled.len()));
    Literal::new(&spelled[..end]).text().into_owned()
}

/// The type that a data URL states, of which nothing needs an escape within a literal.
fn type_of_data_url(after_scheme: &str) -> Option<&str> {
    let end = after_scheme.find([';', ','])?;
    let (stated, _) = after_scheme.split_at_checked(end)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/+-.!#$&^_".contains(&byte);
    (stated.contains('/') && stated.bytes().all(is_plain)).then_some(stated)
}

fn type_by_extension(url: &str) -> Option<&'static str> {
    let path = url.split(['?', '#']).next()?;
    // The first segment of a URL with an authority is its host, whose dots mean something else.
    let path = path.split_once("://").map_or(Some(path), |(_, rest)| Some(rest.split_once('/')?.1))?;
    let (_, extension) = path.rsplit('/').next()?.rsplit_once('.')?;
    EXTENSIONS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(extension))
        .map(|(_, media_type)| *media_type)
}

/// Whether a text is a URL by itself, as browsers read URLs. Base64 never is: it has no colon.
pub(super) fn is_url(literal: Literal<'_>) -> bool {
    let spelled = literal.spelled();
    let scheme = spelled.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)));
    let after = scheme.map(|at| &spelled.as_bytes()[at..]);
    match after {
        // Megabytes of a data URL need not be parsed: a path of this kind takes everything.
        Some([b':', next, ..]) if !b"/\\".contains(next) && is_opaque(spelled) => true,
        // White space around a URL does not count, and an escape may stand for anything.
        Some([b':' | b'\\' | b' ', ..]) => Url::parse(&literal.text()).is_ok(),
        _ => false,
    }
}

fn is_opaque(url: &str) -> bool {
    ["data:", "blob:", "mailto:"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}
