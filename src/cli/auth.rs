//! `threadkeep auth …`.

use std::io::{BufRead as _, IsTerminal as _, Read as _};

use clap::Subcommand;

use super::output::print;
use super::{Target, find_target, open};
use crate::app::App;
use crate::auth::explain::{Explanation, Moment, RuleOutcome, explain};
use crate::auth::key_sets::Health;
use crate::auth::provider_token::identity::shown;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Error, Result};

/// The most bytes of a token that are read.
const MAX_TOKEN: u64 = 64 * 1024;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Take a token, read from standard input, through every check and tell what fails and how to mend it.
    /// Nothing is stored.
    Explain {
        /// Standard input, which is read in any case; a token as an argument would show in the list of processes.
        #[arg(value_name = "-", allow_hyphen_values = true)]
        source: Option<String>,
        #[command(flatten)]
        target: Target,
    },
}

pub(super) async fn run(config: &Config, command: Command) -> Result<()> {
    let Command::Explain { source, target } = command;
    if source.is_some_and(|source| source != "-") {
        return Err(Error::bad_request(
            "a token does not belong on the command line, which other accounts of the machine can see: run \
             `threadkeep auth explain` and paste it, or write it to its standard input",
        ));
    }
    let token = read_token()?;
    let instance = open(config).await?;
    let project = find_target(&instance, &target).await?;
    let app = App::new(config.clone(), instance.store, instance.vault, Clock::default())?;
    let known = app.directory().project(&project, app.clock().now()).await?;
    let known = known.ok_or_else(|| Error::not_found("Project not found"))?;
    print(target.json, &explain(&app, &known, &token).await, |explanation| {
        let mut text = describe(explanation);
        if known.rules().is_empty() {
            text.push_str(
                "\n`threadkeep rules add` adds a rule; `threadkeep rules presets` lists the ready-made ones.",
            );
        }
        text
    })
}

/// The whole input, or a line when a person types it.
fn read_token() -> Result<String> {
    let mut text = String::new();
    let mut input = std::io::stdin().lock().take(MAX_TOKEN);
    let read = if std::io::stdin().is_terminal() {
        eprintln!("Paste the token and press Enter:");
        input.read_line(&mut text)
    } else {
        input.read_to_string(&mut text)
    };
    read.map_err(|error| {
        Error::bad_request("the token cannot be read from standard input").with_source(error)
    })?;
    Ok(text)
}

fn describe(explanation: &Explanation) -> String {
    let mut lines = Vec::new();
    if let Some(token) = &explanation.unverified {
        lines.push("The token says (nobody has vouched for it):".to_owned());
        let raws = [
            ("alg", &token.alg),
            ("kid", &token.kid),
            ("typ", &token.typ),
            ("iss", &token.iss),
            ("aud", &token.aud),
            ("sub", &token.sub),
        ];
        for (name, raw) in raws {
            lines.push(format!(
                "  {name:<4} {}",
                raw.as_ref().map_or("(none)".to_owned(), |raw| shown(raw.get()))
            ));
        }
        for (name, moment) in [("iat", &token.issued), ("nbf", &token.not_before), ("exp", &token.expires)] {
            lines.push(format!(
                "  {name:<4} {}",
                moment.as_ref().map_or("(none)".to_owned(), describe_moment)
            ));
        }
        lines.push(format!("  other claims: {}", token.claims.join(", ")));
    }
    if let Some(problem) = &explanation.problem {
        lines.extend([
            String::new(),
            format!("{}.", problem.found),
            format!("  To mend it: {}.", problem.remedy),
        ]);
        if !problem.error.is_empty() {
            lines.push(format!("  A request is answered: {}", problem.error));
        }
    }
    for rule in &explanation.rules {
        lines.push(String::new());
        lines.extend(describe_rule(rule));
    }
    lines.push(String::new());
    lines.push(if explanation.is_accepted { "Accepted." } else { "Not accepted." }.to_owned());
    lines.join("\n")
}

fn describe_moment(moment: &Moment) -> String {
    let secs = moment.from_now_secs.unsigned_abs();
    let amount = match secs {
        0..120 => format!("{secs} s"),
        120..7_200 => format!("{} min", secs / 60),
        7_200..172_800 => format!("{} h", secs / 3_600),
        _ => format!("{} days", secs / 86_400),
    };
    let when = if moment.from_now_secs < 0 { format!("{amount} ago") } else { format!("in {amount}") };
    format!("{} ({when})", moment.at)
}

fn describe_rule(rule: &RuleOutcome) -> Vec<String> {
    let mut lines = vec![format!("Rule {} ({})", shown(&rule.name), rule.id)];
    if let Some(problem) = &rule.problem {
        lines.push(format!("  fails: {}", problem.found));
        lines.push(format!("  to mend it: {}", problem.remedy));
        lines.push(format!("  a request is answered: {}", problem.error));
    }
    if let Some(identity) = &rule.identity {
        lines.push(
            if rule.decides {
                "  all checks hold"
            } else {
                "  all checks hold, after another rule has decided"
            }
            .to_owned(),
        );
        lines.push(format!("  user       {}", identity.user_id));
        lines.push(format!("  workspace  {}", identity.workspace_id));
        lines.push(format!("  name       {}", identity.name.as_deref().map_or("(none)".to_owned(), shown)));
    }
    lines.extend(rule.key_set.iter().map(|health| format!("  key set: {}", describe_health(health))));
    lines
}

/// How a key set fares, in a line.
pub(super) fn describe_health(health: &Health) -> String {
    let keys: Vec<String> =
        health.keys.iter().map(|key| format!("{} ({})", shown(&key.kid), key.kind)).collect();
    let mut text = match (&health.fetched_at, keys.len()) {
        (None, _) => "never fetched".to_owned(),
        (Some(at), count) => format!("fetched {at}, {count} keys: {}", keys.join(", ")),
    };
    if health.skipped_keys > 0 {
        text.push_str(&format!("; {} keys that verify no token were skipped", health.skipped_keys));
    }
    if health.has_private_keys {
        text.push_str("; the provider publishes PRIVATE keys: anyone can make its tokens");
    }
    if let Some(error) = &health.error {
        text.push_str(&format!("; the last fetch failed: {error}"));
    }
    text
}
