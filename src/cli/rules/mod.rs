//! `threadkeep rules …`.

mod flags;

use clap::Subcommand;
use serde_json::{Value, json};

use self::flags::{Addition, Change};
use super::auth::describe_health;
use super::output::{print, table};
use super::{Target, find_target, let_nodes_follow, new_act, open};
use crate::app::App;
use crate::audit::model::Act;
use crate::auth::key_sets::{Health, Location, Wanted};
use crate::auth::presets::{self, Preset};
use crate::auth::provider_token::identity::shown;
use crate::auth::rules::book::RuleBook;
use crate::auth::rules::model::{AuthRule, Settings};
use crate::auth::rules::overlap::UserOverlap;
use crate::auth::rules::warning::{self, Warning};
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::id::ProjectId;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the ready-made rules and what each asks for.
    Presets {
        #[arg(long)]
        json: bool,
    },
    /// Accept the tokens of an issuer, by a preset or by fields.
    Add {
        #[command(flatten)]
        addition: Box<Addition>,
        #[command(flatten)]
        target: Target,
    },
    /// List a project's rules in the order in which they are tried.
    List {
        #[command(flatten)]
        target: Target,
    },
    /// Show a rule, and fetch its key set to see whether it works.
    Show {
        /// Its id, `rule_…`.
        rule: String,
        #[command(flatten)]
        target: Target,
    },
    /// Change fields of a rule; an empty text clears one.
    Update {
        /// Its id, `rule_…`.
        rule: String,
        #[command(flatten)]
        change: Box<Change>,
        #[command(flatten)]
        target: Target,
    },
    /// Use no key any more that was fetched before now.
    RefreshKeys {
        /// Its id, `rule_…`.
        rule: String,
        #[command(flatten)]
        target: Target,
    },
    /// Accept an issuer's tokens no longer.
    Remove {
        /// Its id, `rule_…`.
        rule: String,
        #[command(flatten)]
        target: Target,
    },
}

pub(super) async fn run(config: &Config, command: Command) -> Result<()> {
    let target = match &command {
        Command::Presets { json } => return list_presets(*json),
        Command::Add { target, .. }
        | Command::List { target }
        | Command::Show { target, .. }
        | Command::Update { target, .. }
        | Command::RefreshKeys { target, .. }
        | Command::Remove { target, .. } => target,
    };
    let instance = open(config).await?;
    let project = find_target(&instance, target).await?;
    let app = App::new(config.clone(), instance.store, instance.vault, Clock::default())?;
    let rules = Rules { app, project, json: target.json };
    match command {
        Command::Presets { .. } => Ok(()),
        Command::Add { addition, .. } => rules.add(*addition).await,
        Command::List { .. } => rules.list().await,
        Command::Show { rule, .. } => rules.show(&rule).await,
        Command::Update { rule, change, .. } => rules.update(&rule, *change).await,
        Command::RefreshKeys { rule, .. } => rules.refresh_keys(&rule).await,
        Command::Remove { rule, .. } => rules.remove(&rule).await,
    }
}

fn list_presets(json: bool) -> Result<()> {
    print(json, &presets::all(), |presets| {
        let cells: Vec<_> = presets.iter().map(to_preset_cells).collect();
        table(["preset", "provider", "asks for", "variants", "guide"], &cells)
    })
}

fn to_preset_cells(preset: &Preset) -> [String; 5] {
    let facts: Vec<String> = preset.facts.iter().map(|fact| format!("--{}", fact.name)).collect();
    let variants: Vec<&str> = preset.variants.iter().map(|variant| variant.id.as_str()).collect();
    [preset.id.clone(), preset.name.clone(), facts.join(" "), variants.join(", "), preset.guide.clone()]
}

struct Rules {
    app: App,
    project: ProjectId,
    json: bool,
}

impl Rules {
    fn book(&self) -> RuleBook<'_> {
        RuleBook::of(&self.app, &self.project)
    }

    fn act(&self) -> Result<Act> {
        new_act(self.app.ids(), self.now())
    }

    async fn find(&self, id: &str) -> Result<AuthRule> {
        let found = self.book().all().await?.into_iter().find(|rule| rule.id.as_str() == id);
        found.ok_or_else(|| {
            Error::not_found("Rule not found").with_help(format!("the project has no rule {}", shown(id)))
        })
    }

    fn now(&self) -> Timestamp {
        self.app.clock().now()
    }

    async fn add(&self, addition: Addition) -> Result<()> {
        let (settings, mut warnings) = addition.into_settings()?;
        warnings.extend(self.check(&settings, None).await?);
        let rule = self.book().create(settings, self.act()?).await?;
        let_nodes_follow().await;
        self.print_rule(&rule, &warnings, None)
    }

    async fn list(&self) -> Result<()> {
        let rules = crate::auth::rules::model::in_order(self.book().all().await?);
        let views: Vec<Value> = rules.iter().map(|rule| to_json(rule)).collect();
        print(self.json, &views, |_| {
            let cells: Vec<_> = rules.iter().map(|rule| to_cells(rule)).collect();
            table(["id", "name", "provider", "issuer", "audience", "workspace"], &cells)
        })
    }

    async fn show(&self, id: &str) -> Result<()> {
        let rule = self.find(id).await?;
        let health = match Location::of(&rule) {
            Some(location) => {
                let wanted = Wanted { kid: "", not_before: rule.keys_not_before };
                self.app.key_sets().find(&location, wanted, self.app.clock()).await;
                Some(self.app.key_sets().health(&location))
            }
            None => None,
        };
        let mut warnings = warning::of_settings(&rule.settings);
        warnings.extend(warning::beside(&rule.settings, Some(&rule), &self.book().all().await?));
        let warnings: Vec<String> = warnings.iter().map(tell).collect();
        self.print_rule(&rule, &warnings, health.as_ref())
    }

    async fn update(&self, id: &str, change: Change) -> Result<()> {
        let before = self.find(id).await?;
        let settings = change.apply(before.settings.clone())?;
        let warnings = self.check(&settings, Some(&before)).await?;
        self.replace(&before, settings, before.keys_not_before, &warnings).await
    }

    async fn refresh_keys(&self, id: &str) -> Result<()> {
        let before = self.find(id).await?;
        self.replace(&before, before.settings.clone(), self.now(), &[]).await
    }

    async fn replace(
        &self,
        before: &AuthRule,
        settings: Settings,
        keys_not_before: Timestamp,
        warnings: &[String],
    ) -> Result<()> {
        let replaced = self.book().replace(before, settings, keys_not_before, self.act()?).await?;
        let rule = replaced.ok_or_else(changed_meanwhile)?;
        let_nodes_follow().await;
        self.print_rule(&rule, warnings, None)
    }

    async fn remove(&self, id: &str) -> Result<()> {
        let rule = self.find(id).await?;
        if !self.book().delete(rule, self.act()?).await? {
            return Err(changed_meanwhile());
        }
        let_nodes_follow().await;
        print(self.json, &json!({ "id": id, "removed": true }), |_| format!("{} is removed", shown(id)))
    }

    /// What is asked of settings before they are saved; returns warnings.
    async fn check(&self, settings: &Settings, own: Option<&AuthRule>) -> Result<Vec<String>> {
        let all = self.book().all().await?;
        let checked = self.book().check(settings, own, &all).await;
        let warnings = checked.map_err(|bad| Error::bad_request(bad.to_string()))?;
        Ok(warnings.iter().map(tell).collect())
    }

    fn print_rule(&self, rule: &AuthRule, warnings: &[String], health: Option<&Health>) -> Result<()> {
        let mut view = to_json(rule);
        view["warnings"] = json!(warnings);
        if let Some(health) = health {
            view["key_set"] = json!(health);
        }
        print(self.json, &view, |view| {
            let fields = view.as_object().into_iter().flatten();
            let shown_fields =
                fields.filter(|(name, value)| !value.is_null() && *name != "warnings" && *name != "key_set");
            let rows: Vec<[String; 2]> =
                shown_fields.map(|(name, value)| [name.clone(), show_value(value)]).collect();
            let mut text = table(["rule", ""], &rows);
            text.extend(health.map(|health| format!("\n\nKey set: {}", describe_health(health))));
            text.extend(warnings.iter().map(|warning| format!("\n\nNote: {warning}")));
            text
        })
    }
}

fn changed_meanwhile() -> Error {
    Error::not_found("Rule not found").with_help("the rule was changed or removed in the meantime")
}

fn tell(warning: &Warning) -> String {
    match warning {
        Warning::SharedUsers { overlap: UserOverlap::Same, .. } => format!("{warning} (--user-prefix)"),
        Warning::SharedWorkspaces { .. } => format!("{warning} (--workspace)"),
        _ => warning.to_string(),
    }
}

fn to_json(rule: &AuthRule) -> Value {
    let mut view = json!({ "id": rule.id });
    if let (Value::Object(view), Value::Object(settings)) = (&mut view, rule.settings.to_json()) {
        view.extend(settings);
    }
    view["personal_prefix"] = json!(rule.settings.personal_prefix());
    view["created_at"] = json!(rule.created_at);
    view["updated_at"] = json!(rule.updated_at);
    view
}

fn show_value(value: &Value) -> String {
    match value {
        Value::String(text) => shown(text),
        Value::Array(items) => items.iter().map(show_value).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn to_cells(rule: &AuthRule) -> [String; 6] {
    let settings = &rule.settings;
    let or_any = |text: &Option<String>| text.as_deref().map_or_else(|| "(any)".to_owned(), shown);
    let workspace = settings.workspace.as_ref().map_or("(user)", |template| template.as_str());
    [
        rule.id.to_string(),
        shown(&settings.name),
        settings.provider.clone(),
        or_any(&settings.issuer),
        or_any(&settings.audience),
        shown(workspace),
    ]
}
