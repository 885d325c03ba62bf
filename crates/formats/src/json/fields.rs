//! Objects of which some members are wanted.

/// Declares what is read of an object: for each field its name in JSON. The last of several members with
/// one name counts, as in JavaScript; all others are passed over.
macro_rules! fields {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $json:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name<'t> {
            /// The value itself, which may be no object; then it has no fields.
            pub(crate) whole: $crate::json::Raw<'t>,
            $(pub(crate) $field: Option<$crate::json::Raw<'t>>,)*
        }

        impl<'t> $name<'t> {
            /// Takes the value that comes next.
            pub(crate) fn read(
                cursor: &mut $crate::json::Cursor<'t>,
            ) -> Result<Self, $crate::json::Malformed> {
                $(let mut $field = None;)*
                cursor.peek();
                let start = cursor.at();
                if !cursor.enter_object() {
                    return Ok(Self { whole: cursor.value()?, $($field,)* });
                }
                while let Some(member) = cursor.next_member()? {
                    let value = cursor.value()?;
                    match member.name.as_ref() {
                        $($json => $field = Some(value),)*
                        _ => {}
                    }
                }
                Ok(Self { whole: cursor.since(start)?, $($field,)* })
            }
        }
    };
}

pub(crate) use fields;
