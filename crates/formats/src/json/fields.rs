//! Objects of which some members are wanted.

use super::{Cursor, Malformed, Raw};

/// What is read of an object.
pub(crate) trait Fields<'t>: Sized {
    /// Reads the value that comes next.
    fn read(cursor: &mut Cursor<'t>) -> Result<Self, Malformed>;

    /// Reads a text.
    fn parse(text: &'t str) -> Result<Self, Malformed> {
        Self::read(&mut Cursor::new(text))
    }

    /// Reads a value, or nothing where there is none.
    fn of(value: Option<Raw<'t>>) -> Result<Self, Malformed> {
        Self::parse(value.map_or("null", Raw::spelled))
    }
}

/// Declares what is read of an object: for each field its name in JSON, and with `+ whole` the text of the
/// object itself. The last of several members with one name counts, as in JavaScript; all others are passed
/// over. A value that is no object has no fields.
macro_rules! fields {
    ($(#[$doc:meta])* $name:ident $(+ $whole:ident)? { $($field:ident: $json:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name<'t> {
            $(pub(crate) $whole: $crate::json::Raw<'t>,)?
            $(pub(crate) $field: Option<$crate::json::Raw<'t>>,)*
        }

        impl<'t> $crate::json::Fields<'t> for $name<'t> {
            fn read(cursor: &mut $crate::json::Cursor<'t>) -> Result<Self, $crate::json::Malformed> {
                $(let mut $field = None;)*
                let start = cursor.begin();
                if cursor.enter_object() {
                    while let Some(member) = cursor.next_member()? {
                        let value = cursor.value()?;
                        match member.name().as_bytes() {
                            $($json => $field = Some(value),)*
                            _ => {}
                        }
                    }
                } else {
                    cursor.value()?;
                }
                let _whole = cursor.since(start)?;
                Ok(Self { $($whole: _whole,)? $($field,)* })
            }
        }
    };
}

pub(crate) use fields;
