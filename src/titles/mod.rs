//! What threads are called that nobody has named.
//!
//! A title is made by rule (`local`) of what a conversation begins with (`source`) and stored (`store`) with
//! a mark that it was. Not here: the titles that people give, which are a member of their `threads`.

pub mod local;
pub mod source;
pub mod store;

pub use local::Title;
pub use source::local_title;
