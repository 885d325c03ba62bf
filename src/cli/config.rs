//! `threadkeep config`.

use super::output::{print, table};
use crate::config::{Loaded, Setting};
use crate::error::{Error, Result};

pub(super) fn run(loaded: &Loaded, json: bool) -> Result<()> {
    if let Some(warning) =
        loaded.config.database_outlook().map_err(Error::internal)?.and_then(|it| it.warning)
    {
        eprintln!("warning: {warning}");
    }
    print(json, &loaded.describe(), |settings| {
        let row = |setting: &Setting| {
            let value = setting.value.clone().unwrap_or_else(|| "-".into());
            [setting.key.to_owned(), value, setting.origin.clone()]
        };
        table(["setting", "value", "from"], &settings.iter().map(row).collect::<Vec<_>>())
    })
}
