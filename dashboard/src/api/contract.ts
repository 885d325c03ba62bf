// The operator API's types. While the server is being built they stand here by hand; then this file only
// re-exports the generated ones under the same names: `export type X = components["schemas"]["X"]`.
//
// Times are ISO 8601 UTC with milliseconds ("2026-09-21T14:13:20.000Z").
// Every list that pages answers `next_cursor`: pass it as `?after=`; null on the last page.
// Errors: { error, message, details?: [{ code, path: (string|number)[], message }] }. 400 names the fields.
// Every request but GET carries `X-CSRF-Token: <csrf_token of SessionView>` and `Content-Type: application/json`
// (the public POSTs too have the content type, but no token).

export type Role = "owner" | "admin" | "member";

export interface ErrorBody { error: string; message: string; details?: Issue[] }
export interface Issue { code: string; path: (string | number)[]; message: string }

// ------------------------------------------------------------------ public
// GET  /api/status                 -> Status
// POST /api/setup                  CreateOwner -> 201 SessionView (sets the cookie); 403 when the link is wrong or used
// POST /api/session                SignIn -> SessionView (sets the cookie); 401 "Wrong e-mail or password"; 429 + Retry-After
// POST /api/password-reset         ResetPassword -> SessionView (sets the cookie); 403 wrong or expired link
// POST /api/invitations/inspect    { token } -> InvitationPreview; 404 wrong, used or expired link
// POST /api/invitations/accept     AcceptInvitation -> SessionView. A signed-in operator sends only the token (and the CSRF token).
// POST /api/sso/start              { return_to?: "/dashboard/...", invitation?: <token> } -> { url } to go to; 503 issuer away
// GET  /api/sso/callback           302 back into the dashboard; on failure to /dashboard/sign-in?problem=<code>
export interface Status { setup_needed: boolean; single_sign_on: SingleSignOn | null }
export interface SingleSignOn { name: string }
export interface CreateOwner { token: string; name: string; email: string; password: string }
export interface SignIn { email: string; password: string }
export interface ResetPassword { token: string; password: string }
export interface InvitationPreview { organization_name: string; role: Role; email: string | null; invited_by: string }
export interface AcceptInvitation { token: string; name?: string; email?: string; password?: string }

// ------------------------------------------------------------------ whoever is signed in
// GET    /api/session              -> SessionView; 401 "Sign in first" without a session
// DELETE /api/session              -> {} signs out
// PUT    /api/account              UpdateAccount -> OperatorView
// PUT    /api/account/password     ChangePassword -> {} ; every other session ends
// GET    /api/account/sessions     -> { sessions: SignInSession[] }
// DELETE /api/account/sessions     -> {} signs out everywhere, here too
// DELETE /api/account/sessions/{session_id} -> {}
// GET    /api/jump?q=&project_id=  -> { results: JumpResult[] }   at most 20, for the Ctrl-K box
// GET    /api/presets              -> { presets: Preset[] }
export interface SessionView {
  operator: OperatorView;
  csrf_token: string;
  organizations: OrganizationView[];
  is_instance_owner: boolean;
  public_url: string;
}
export interface OperatorView { id: string; email: string; name: string; has_password: boolean; created_at: string }
export interface OrganizationView { id: string; name: string; role: Role; projects: ProjectRef[] }
export interface ProjectRef { id: string; name: string; deleted_at: string | null }
export interface UpdateAccount { name: string }
export interface ChangePassword { current_password: string | null; new_password: string }
export interface SignInSession {
  id: string; is_current: boolean; created_at: string; last_seen_at: string; expires_at: string;
  user_agent: string | null; address: string | null;
}
export interface JumpResult {
  kind: "project" | "thread" | "user" | "workspace";
  id: string; label: string; project_id: string; project_name: string;
}

// ------------------------------------------------------------------ organizations (role in brackets: the least that may)
// POST   /api/organizations                                   CreateOrganization -> 201 OrganizationView  [instance owner]
// PUT    /api/organizations/{organization_id}                 { name } -> OrganizationView                [admin]
// GET    /api/organizations/{organization_id}/members         -> Members                                  [member]
// POST   /api/organizations/{organization_id}/invitations     CreateInvitation -> 201 CreatedInvitation   [admin; only owners invite owners]
// DELETE /api/organizations/{organization_id}/invitations/{invitation_id} -> {}                           [admin]
// PUT    /api/organizations/{organization_id}/members/{operator_id}  { role } -> {}                       [admin; owners for owners]
// DELETE /api/organizations/{organization_id}/members/{operator_id}  -> {}  409 "The last owner cannot be removed" [admin; oneself: member]
// POST   /api/organizations/{organization_id}/projects        { name } -> 201 ProjectView                 [admin]
export interface CreateOrganization { name: string }
export interface Members { members: MemberView[]; invitations: InvitationView[] }
export interface MemberView {
  operator_id: string; email: string; name: string; role: Role; is_you: boolean;
  joined_at: string; last_sign_in_at: string | null;
}
export interface InvitationView {
  id: string; role: Role; email: string | null; invited_by: string; created_at: string; expires_at: string;
}
export interface CreateInvitation { role: Role; email?: string | null }
export interface CreatedInvitation { invitation: InvitationView; link: string }

// ------------------------------------------------------------------ a project: everything below /api/projects/{project_id}
// GET    .                -> ProjectView                                              [member]
// PUT    .                UpdateProject -> ProjectView                                [member]
// PUT    ./origins        { allowed_origins: string[] } -> ProjectView; 400 with path ["allowed_origins", <line>]  [admin]
// PUT    ./active-user-cap { active_user_cap: number | null } -> ProjectView          [admin]
// DELETE .                { name: <the project's name, typed> } -> ProjectView, with deleted_at; 24 hours to undo  [owner]
// POST   ./restore        -> ProjectView                                              [owner]
// GET    ./first-steps    -> FirstSteps     polled while waiting for the first request [member]
export interface ProjectView {
  id: string; name: string; organization_id: string; role: Role;
  base_url: string;            // what goes into `new AssistantCloud({ baseUrl })`
  is_default: boolean;         // the root of the instance is its frontend
  anonymous_access: boolean;
  active_user_cap: number | null;
  active_users: number;        // this UTC month
  allowed_origins: string[];
  created_at: string;
  deleted_at: string | null;   // when it was deleted: it answers no client any more
  purge_at: string | null;     // when it is gone for good
}
export interface UpdateProject { name?: string; anonymous_access?: boolean }
export interface FirstSteps { has_rule: boolean; has_api_key: boolean; has_request: boolean; first_thread: ThreadRow | null }

// ------------------------------------------------------------------ auth rules
// GET    ./rules              -> { rules: RuleView[] }   in the order in which they are tried  [member]
// POST   ./rules/draft        DraftRule -> RuleDraft     nothing is stored; 400 names the fact ["facts", "domain"] [member]
// POST   ./rules/check        SaveRule -> RuleDraft      live validation, nothing is stored      [member]
// POST   ./rules              SaveRule -> 201 RuleView                                           [member]
// PUT    ./rules/{rule_id}    SaveRule -> RuleView       no `secret` keeps the stored one        [member]
// DELETE ./rules/{rule_id}    -> {}                                                              [member]
// POST   ./rules/{rule_id}/fetch-keys -> RuleView        fetches the key set now                 [member]
// POST   ./explain            { token } -> Explanation                                           [member]
export interface Preset {
  id: string; name: string; guide: string; warnings: string[]; facts: Fact[]; variants: Variant[];
}
export interface Fact { name: string; label: string; where: string; example: string }
export interface Variant {
  id: string; name: string; issuer: string; jwks_url: string | null; shared_secret: boolean;
  audience: string | null; audience_required: boolean; audience_label: string | null;
  audience_claim: string | null; user_claim: string | null; shared_keys: boolean; conditions: string[];
  workspaces: WorkspaceChoice[]; names: Choice[];
}
export interface Choice { label: string; value: string }
export interface WorkspaceChoice { label: string; value: string; fallback: "refuse" | "sub" | null } // value "" = the user id
export interface DraftRule {
  preset: string; variant?: string | null; facts: Record<string, string>; audience?: string | null; secret?: string | null;
}
/** The settings of a rule. Exactly one of jwks_url, secret or neither (= discovery at the issuer). */
export interface SaveRule {
  name: string; provider: string; issuer?: string | null; audience?: string | null; audience_claim?: string;
  jwks_url?: string | null; secret?: string | null; user_claim?: string; user_prefix?: string | null;
  workspace?: string | null; workspace_fallback?: "refuse" | "sub"; name_claim?: string | null; conditions?: string[];
}
export interface RuleSettings {
  name: string; provider: string; issuer: string | null; audience: string | null; audience_claim: string;
  jwks_url: string | null; has_secret: boolean; user_claim: string; user_prefix: string | null;
  workspace: string | null; workspace_fallback: "refuse" | "sub"; name_claim: string | null; conditions: string[];
}
export interface RuleDraft { settings: RuleSettings; warnings: string[] }
export interface RuleView extends RuleSettings {
  id: string; created_at: string; updated_at: string; warnings: string[];
  key_set: KeySetHealth | null; // null for a shared secret
}
export interface KeySetHealth {
  fetched_at: string | null; keys: KeySetKey[]; skipped_keys: number; has_private_keys: boolean;
  failed_at: string | null; error: string | null;
}
export interface KeySetKey { kid: string; kind: string } // "RSA 2048", "P-256"
export interface Explanation {
  is_accepted: boolean; unverified: Unverified | null; problem: Problem | null; rules: RuleOutcome[];
}
export interface Unverified {
  alg: unknown; kid: unknown; typ: unknown; iss: unknown; aud: unknown; sub: unknown;
  issued: Moment | null; not_before: Moment | null; expires: Moment | null; claims: string[];
}
export interface Moment { seconds: number; at: string; from_now_secs: number }
export interface Problem { error: string; found: string; remedy: string }
export interface RuleOutcome {
  id: string; name: string; decides: boolean; problem: Problem | null; identity: Identity | null; key_set: KeySetHealth | null;
}
export interface Identity { user_id: string; workspace_id: string; name: string | null }

// ------------------------------------------------------------------ API keys, signing keys, tokens
// GET    ./api-keys              -> { api_keys: ApiKeyView[] }               [member]
// POST   ./api-keys              CreateApiKey -> 201 CreatedApiKey           [member]
// DELETE ./api-keys/{api_key_id} -> {}                                       [member]
// GET    ./signing-keys          -> SigningKeys                              [member]
// POST   ./signing-keys/rotate   -> SigningKeys                              [admin]
// POST   ./tokens                MintToken -> { token: string }   a workspace token, 5 minutes; audited as token.create [member]
export interface ApiKeyView {
  id: string; name: string; suffix: string; created_at: string; last_used_at: string | null;
  expires_at: string | null; is_expired: boolean;
}
export interface CreateApiKey { name: string; expires: "never" | "7d" | "30d" | "90d" | "365d" }
export interface CreatedApiKey { key: string; api_key: ApiKeyView }
export interface SigningKeys { signing_keys: SigningKeyView[]; issuer: string; key_set_url: string }
export interface SigningKeyView { id: string; is_current: boolean; created_at: string; retires_at: string | null }
export interface MintToken { user_id: string; workspace_id: string }

// ------------------------------------------------------------------ threads
// GET ./threads?search=&workspace=&user=&archived=true|false&from=&to=&after=   -> ThreadPage    50 a page [member]
//     `from`/`to` bound last_message_at (inclusive, exclusive). Without `archived` both.
//     With `search` the order is: latest matching message first, and rows have `match`.
// GET ./threads/{thread_id}                 -> ThreadDetail                                     [member]
// GET ./threads/{thread_id}/messages?after= -> MessagePage   200 a page, deepest and newest first [member]
export interface ThreadPage { threads: ThreadRow[]; next_cursor: string | null }
export interface ThreadRow {
  id: string; workspace_id: string; title: string | null; external_id: string | null; is_archived: boolean;
  created_by: string; created_by_name: string | null;
  created_at: string; updated_at: string; last_message_at: string;
  thumbs_up: number; thumbs_down: number;
  match: ThreadMatch | null;
}
export interface ThreadMatch { message_id: string | null; before: string; hit: string; after: string } // message_id null: the title
export interface ThreadDetail extends ThreadRow { metadata: Record<string, unknown> | null; messages: number }
export interface MessagePage { messages: MessageView[]; next_cursor: string | null }
export interface MessageView {
  id: string; parent_id: string | null; external_id: string | null; created_at: string; updated_at: string;
  format: string; height: number; content: Record<string, unknown>;
}

// ------------------------------------------------------------------ users and workspaces
// GET    ./users?search=&after=             -> UserPage        most recently active first, 50 a page [member]
// GET    ./users/{user_id}                  -> UserDetail                                            [member]
// GET    ./users/{user_id}/erasure          -> ErasurePreview  what an erasure would do              [admin]
// DELETE ./users/{user_id}                  -> { threads, runs }                                     [admin]
// GET    ./workspaces?search=&after=        -> WorkspacePage   newest first, 50 a page               [member]
// GET    ./workspaces/{workspace_id}        -> WorkspaceRow                                          [member]
export interface UserPage { users: UserRow[]; next_cursor: string | null }
export interface UserRow {
  id: string; display_name: string | null; is_anonymous: boolean; threads: number;
  first_seen_at: string; last_active_at: string;
}
export interface UserDetail extends UserRow { workspaces: UserWorkspace[] } // at most 100
export interface UserWorkspace { id: string; threads: number }              // threads of this user in it
export interface ErasurePreview {
  threads: number;             // deleted with all messages in them, whoever wrote them
  messages: number;            // in those threads
  messages_elsewhere: number;  // in threads of others: emptied, kept as placeholders
  scores: number; workspaces: number; sessions: number; has_display_name: boolean;
}
export interface WorkspacePage { workspaces: WorkspaceRow[]; next_cursor: string | null }
export interface WorkspaceRow {
  id: string; created_by: string; created_at: string; threads: number; last_active_at: string | null;
}

// ------------------------------------------------------------------ audit log
// GET ./audit?resource_type=&actor_type=&actor_id=&from=&to=&after=  -> AuditPage   newest first, 50 a page [admin]
export interface AuditPage { entries: AuditEntryView[]; next_cursor: string | null }
export interface AuditEntryView {
  id: string; created_at: string; action: string; resource_type: string; resource_id: string;
  actor_type: string; actor_id: string; actor_label: string;
  before: Record<string, unknown> | null; after: Record<string, unknown> | null;
}

// ------------------------------------------------------------------ the instance
// GET /api/instance -> InstanceView   [instance owner: an owner of the oldest organization]
export interface InstanceView {
  version: string; engine: "SQLite" | "PostgreSQL"; database_size_bytes: number;
  waiting_writes: number; waiting_searches: number; // threads whose text is not yet searchable
  public_url: string; started_at: string; organizations: number; projects: number; operators: number;
  single_sign_on: SingleSignOn | null;
  checks: HealthCheck[];
}
export interface HealthCheck { name: "database_read" | "database_write" | "disk"; is_ok: boolean; detail: string }
