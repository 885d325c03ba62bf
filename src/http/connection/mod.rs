//! What one connection may cost, and for how long: its deadlines, its place among the others, and who has to go.
//!
//! Nothing here is armed for a request. A connection notes in a few atomic numbers what it waits for since when;
//! one task looks at all of them now and then ([`places`]) and ends those that are overdue.

pub mod answer;
pub mod deadlines;
pub mod io;
pub mod open_files;
pub mod places;
pub mod watch;
