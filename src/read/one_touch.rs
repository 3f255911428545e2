//! One-touch Domino setup JSON (formats.md 2): what setup will create and change in the Domino directory.

use std::sync::Arc;

use super::formula::{self, Operand};
use super::one_touch_keys::check_keys;
use super::{Action, Completeness, Content, Find, Form, Item, Member, Node, Note, Origin};
use crate::source::{Encoding, Problem, Source, Span};

/// What a setup file says.
#[derive(Debug, Default)]
pub(super) struct Setup {
    /// The documents it creates and changes.
    pub notes: Vec<Note>,
    /// The Domino domain it is about.
    pub domain: Option<Arc<str>>,
    /// Whether it sets up the first server of a new directory, which holds nothing but what this file puts there.
    pub first: bool,
}

/// Reads a setup file whose placeholders are resolved.
#[must_use]
pub(super) fn setup(source: &Source, root: &Node, problems: &mut Vec<Problem>) -> Setup {
    if source.encoding == Encoding::Utf8WithMark {
        problems.push(
            Problem::warning("json-byte-order-mark", "the file begins with a UTF-8 byte-order mark")
                .at(Span::at(source.id, 0), "before this")
                .help("Domino wants one-touch setup files in UTF-8 without a byte-order mark"),
        );
    }
    check_keys(root, problems);
    let server = root.path(&["serverSetup", "server"]);
    let text = |node: Option<&Node>| node.and_then(Node::text).cloned();
    let kind = server.and_then(|server| server.get("type"));
    let mut setup = Setup {
        domain: text(server.and_then(|server| server.get("domainName"))),
        first: text(kind).is_none_or(|kind| &*kind == "first"),
        ..Setup::default()
    };
    let name = server_name(root);
    if let Some(note) = server_note(root, name.as_ref()) {
        setup.notes.push(note);
    }
    setup.notes.extend(ini_note(root, name.as_ref()));
    setup.notes.extend(person_notes(root, name.as_ref()));
    for database in root.path(&["appConfiguration", "databases"]).map_or(&[][..], Node::elements) {
        let directory =
            database.get("filePath").and_then(Node::text).is_some_and(|path| path.eq_ignore_ascii_case("names.nsf"));
        let Some(documents) = database.member("documents").filter(|member| !member.node.is_null()) else { continue };
        if !matches!(documents.node.content, Content::List(_)) {
            problems.push(wrong_shape(&documents.node, "`documents` must be a list"));
        }
        for document in documents.node.elements() {
            let note = document_note(document, name.as_ref(), directory, problems);
            if directory {
                setup.notes.extend(note);
            }
        }
    }
    setup
}

/// The name that setup gives the server: `CN=name/OU=unit/O=organization`, placed where the common name stands.
fn server_name(root: &Node) -> Option<Node> {
    let name = root.path(&["serverSetup", "server", "name"])?;
    let organization = root.path(&["serverSetup", "org", "orgName"]);
    let unit = root.path(&["serverSetup", "org", "orgUnitName"]).filter(|node| !node.is_null());
    let open = [Some(name), organization, unit].into_iter().flatten().find_map(|node| match &node.content {
        Content::Unresolved { why, .. } => Some(Arc::clone(why)),
        _ => None,
    });
    let part = |node: Option<&Node>| match node.map(|node| &node.content) {
        Some(Content::Text(text)) if !text.is_empty() => Some(Arc::clone(text)),
        Some(Content::Unresolved { raw, .. }) => Some(Arc::clone(raw)),
        _ => None,
    };
    let common = part(Some(name))?;
    let mut full =
        if common.to_ascii_uppercase().starts_with("CN=") { common.to_string() } else { format!("CN={common}") };
    if !common.contains('/') {
        if let Some(unit) = part(unit) {
            full.push_str("/OU=");
            full.push_str(&unit);
        }
        if let Some(organization) = part(organization) {
            full.push_str("/O=");
            full.push_str(&organization);
        }
    }
    let content = match open {
        Some(why) => Content::Unresolved { raw: full.into(), why },
        None => Content::Text(full.into()),
    };
    Some(Node { span: name.span, content })
}

/// The Server document that setup itself creates. That `network.hostName` becomes the fully qualified Internet host name
/// is inferred: the help calls it the server's host name, and the document needs one.
fn server_note(root: &Node, name: Option<&Node>) -> Option<Note> {
    let server = root.path(&["serverSetup", "server"])?;
    let key =
        root.get("serverSetup").and_then(|setup| setup.member("server")).map_or(server.span, |member| member.key_span);
    let mut items = Vec::new();
    if let Some(name) = name {
        let key = server.member("name").map_or(name.span, |member| member.key_span);
        items.push(Item { name: Arc::from("ServerName"), name_span: key, node: name.clone() });
    }
    let mut take = |parent: Option<&Node>, key: &str, item: &str| {
        if let Some(member) = parent.and_then(|parent| parent.member(key)).filter(|member| !member.node.is_null()) {
            items.push(Item { name: Arc::from(item), name_span: member.key_span, node: member.node.clone() });
        }
    };
    take(Some(server), "domainName", "Domain");
    take(Some(server), "title", "ServerTitle");
    take(root.path(&["serverSetup", "network"]), "hostName", "SMTPFullHostDomain");
    Some(Note {
        form: Form::Domino(Arc::from("Server")),
        span: key,
        items,
        completeness: Completeness::Patch,
        action: Action::Create,
        origin: Origin::default(),
    })
}

/// The notes.ini that setup writes: `notesINI` and the server tasks.
fn ini_note(root: &Node, name: Option<&Node>) -> Option<Note> {
    let setup = root.get("serverSetup")?;
    let ini = setup.member("notesINI");
    let tasks = setup.get("server").and_then(|server| server.member("serverTasks"));
    let more_tasks = setup.get("server").and_then(|server| server.member("additionalServerTasks"));
    let span = ini.or(tasks).or(more_tasks)?.key_span;
    let mut members: Vec<Member> = ini.map_or_else(Vec::new, |member| {
        member.node.members().iter().filter(|member| !member.node.is_null()).cloned().collect()
    });
    // Tasks that are added to the default ones matter here only if they start a second way to listen.
    let names_smtp = |tasks: &str| tasks.split(',').any(|task| task.trim().eq_ignore_ascii_case("smtp"));
    if let Some(more) = more_tasks.filter(|more| more.node.text().is_some_and(|text| names_smtp(text))) {
        let why = "the default tasks and those of additionalServerTasks, among them smtp";
        let raw = more.node.text().cloned().unwrap_or_else(|| Arc::from(""));
        let content = Content::Unresolved { raw, why: Arc::from(why) };
        members.push(Member {
            key: Arc::from("ServerTasks"),
            key_span: more.key_span,
            node: Node { span: more.node.span, content },
        });
    }
    if let Some(tasks) = tasks.filter(|tasks| !tasks.node.is_null()) {
        members.push(Member { key: Arc::from("ServerTasks"), ..tasks.clone() });
    }
    let mut items = vec![Item {
        name: Arc::from("settings"),
        name_span: span,
        node: Node { span, content: Content::Table(members) },
    }];
    if let Some(name) = name {
        items.push(Item { name: Arc::from("server"), name_span: name.span, node: name.clone() });
    }
    Some(Note {
        form: Form::Native(Arc::from("notes_ini")),
        span,
        items,
        completeness: Completeness::Patch,
        action: Action::Exists,
        origin: Origin::default(),
    })
}

/// The Person documents of the users that setup registers.
fn person_notes(root: &Node, server: Option<&Node>) -> Vec<Note> {
    let users = root.path(&["serverSetup", "registerUsers", "users"]).map_or(&[][..], Node::elements);
    let organization = root.path(&["serverSetup", "org", "orgName"]).and_then(Node::text);
    let domain = root.path(&["serverSetup", "server"]).and_then(|server| server.member("domainName"));
    users
        .iter()
        .filter_map(|user| {
            let part = |key: &str| user.get(key).and_then(Node::text).filter(|text| !text.is_empty());
            let last = user.get("lastName")?;
            let full = [part("firstName"), part("middleName"), part("lastName")]
                .into_iter()
                .flatten()
                .map(|text| &**text)
                .collect::<Vec<_>>()
                .join(" ");
            let content = match (&last.content, organization) {
                (Content::Text(_), Some(organization)) => Content::Text(format!("CN={full}/O={organization}").into()),
                (Content::Text(_), None) => Content::Text(format!("CN={full}").into()),
                (other, _) => other.clone(),
            };
            let key = |name: &str| user.member(name).map_or(user.span, |member| member.key_span);
            let mut items = vec![Item {
                name: Arc::from("FullName"),
                name_span: key("lastName"),
                node: Node { span: last.span, content },
            }];
            for (from, item) in
                [("shortName", "ShortName"), ("internetAddress", "InternetAddress"), ("mailFilePath", "MailFile")]
            {
                if let Some(member) = user.member(from).filter(|member| !member.node.is_null()) {
                    items.push(Item { name: Arc::from(item), name_span: member.key_span, node: member.node.clone() });
                }
            }
            for (item, node) in [("MailServer", server), ("MailDomain", domain.map(|domain| &domain.node))] {
                if let Some(node) = node {
                    items.push(Item { name: Arc::from(item), name_span: node.span, node: node.clone() });
                }
            }
            Some(Note {
                form: Form::Domino(Arc::from("Person")),
                span: key("lastName"),
                items,
                completeness: Completeness::Patch,
                action: Action::Create,
                origin: Origin::default(),
            })
        })
        .collect()
}

fn wrong_shape(node: &Node, what: &str) -> Problem {
    Problem::warning("one-touch-shape", format!("{what}, found {}", node.kind())).at(node.span, "not used")
}

/// What can be done with a document (formats.md 2.3).
const ACTIONS: [&str; 3] = ["create", "update", "createResponse"];

fn document_note(document: &Node, server: Option<&Node>, directory: bool, problems: &mut Vec<Problem>) -> Option<Note> {
    if !matches!(document.content, Content::Table(_)) {
        problems.push(wrong_shape(document, "a document must be an object"));
        return None;
    }
    if let Some(action) =
        document.member("action").filter(|action| action.node.text().is_none_or(|word| !ACTIONS.contains(&&**word)))
    {
        problems.push(
            Problem::warning("one-touch-action", "this is not an action that setup is known to have")
                .at(action.node.span, "the document is not used")
                .help(format!("known are {}", ACTIONS.join(", "))),
        );
        return None;
    }
    let Some(items_member) = document.member("items") else {
        if directory {
            problems
                .push(Problem::info("one-touch-shape", "a document without items").at(document.span, "nothing to do"));
        }
        return None;
    };
    if !matches!(items_member.node.content, Content::Table(_)) {
        problems.push(wrong_shape(&items_member.node, "`items` must be an object"));
        return None;
    }
    let items: Vec<Item> = items_member.node.members().iter().filter_map(|member| item(member, problems)).collect();
    let action_word = document.get("action").and_then(Node::text).map_or("create", |action| &**action);
    let computed = matches!(document.get("computeWithForm").map(|node| &node.content), Some(Content::Bool(true)));
    let find = document.member("findDocument").map(|member| find(member, server, problems));
    let own_form = ["Form", "Type"].iter().find_map(|name| {
        items
            .iter()
            .rev()
            .find(|item| item.name.trim().eq_ignore_ascii_case(name))
            .and_then(|item| item.node.text().cloned())
    });
    let found_form = match &find {
        Some(Find::Items(conditions)) => ["Form", "Type"].iter().find_map(|name| {
            conditions
                .iter()
                .find(|(item, _)| item.eq_ignore_ascii_case(name))
                .and_then(|(_, node)| node.text().cloned())
        }),
        _ => None,
    };
    let action = match (action_word, find) {
        ("update", Some(find)) => Action::Update(find),
        ("update", None) => Action::Update(Find::Unknown(items_member.key_span)),
        _ => Action::Create,
    };
    let form = match (own_form.or(found_form), &action) {
        (Some(form), _) => form,
        // A change to nobody knows what: the directory says what that leaves open.
        (None, Action::Update(_)) => Arc::from(""),
        (None, _) => {
            if directory {
                problems.push(
                    Problem::info("one-touch-shape", "a document of the directory without an item Form")
                        .at(items_member.key_span, "not known what it is")
                        .help("name its form in the item `Form`"),
                );
            }
            return None;
        }
    };
    // A created document holds the items written here and no others, unless the form's defaults are computed.
    let completeness =
        if matches!(action, Action::Create) && !computed { Completeness::Full } else { Completeness::Patch };
    Some(Note {
        form: Form::Domino(form),
        span: items_member.key_span,
        items,
        completeness,
        action,
        origin: Origin::default(),
    })
}

fn item(member: &Member, problems: &mut Vec<Problem>) -> Option<Item> {
    let name = member.key.trim();
    if name.is_empty() {
        problems.push(
            Problem::warning("item-name-empty", "an item without a name")
                .at(member.key_span, "the name is empty")
                .help("a name such as `$PublicAccess` becomes empty when a shell replaces `$NAME` in the file; write the dollar sign as `\\u0024`"),
        );
        return None;
    }
    if name.len() != member.key.len() {
        let side = if member.key.ends_with(char::is_whitespace) { "ends" } else { "begins" };
        problems.push(
            Problem::warning("item-name-blank", format!("the item name `{}` {side} in a blank", member.key))
                .at(member.key_span, "the blank becomes part of the name")
                .help(format!("write `{name}`; nothing that asks for `{name}` finds the item with the blank")),
        );
    }
    let node = match typed(&member.node) {
        Some(value) => value.clone(),
        None => member.node.clone(),
    };
    // The blank stays in the name: Domino would store it, so the item is not the one without it.
    Some(Item { name: Arc::clone(&member.key), name_span: member.key_span, node })
}

/// The value of a typed item, `{ "type": "text", "value": … }`.
fn typed(node: &Node) -> Option<&Node> {
    matches!(node.content, Content::Table(_)).then(|| node.get("value")).flatten()
}

fn find(member: &Member, server: Option<&Node>, problems: &mut Vec<Problem>) -> Find {
    match &member.node.content {
        Content::Table(members) => {
            Find::Items(members.iter().map(|member| (Arc::clone(&member.key), member.node.clone())).collect())
        }
        Content::Text(formula) => {
            match formula::conditions(formula) {
                Some(conditions) => Find::Items(
                    conditions
                        .into_iter()
                        .map(|(item, operand)| {
                            let content = match (operand, server) {
                                (Operand::Text(text), _) => Content::Text(text.into()),
                                (Operand::UserName, Some(server)) => server.content.clone(),
                                (Operand::UserName, None) => Content::Unresolved {
                                    raw: Arc::from("@UserName"),
                                    why: Arc::from(
                                        "`@UserName` is the name of the server, which this file does not tell",
                                    ),
                                },
                            };
                            (Arc::from(item), Node { span: member.node.span, content })
                        })
                        .collect(),
                ),
                None => {
                    problems.push(
                    Problem::info("find-document-formula", "this formula is not understood, so it is not known which document is changed")
                        .at(member.node.span, "not one of the shapes understood here")
                        .help("understood are equalities joined by `&`, such as `Form = \"Server\" & ServerName = @UserName`"),
                );
                    Find::Unknown(member.node.span)
                }
            }
        }
        _ => Find::Unknown(member.node.span),
    }
}
