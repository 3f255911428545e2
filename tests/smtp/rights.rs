//! The table of relay rights: a partial relay is told apart from an open one.

use maillint::smtp::Grant;

use crate::servers;

/// What lets hosts relay, whether they authenticate, whether everywhere.
type Row = (Option<Grant>, bool, bool);

fn grants(configuration: &str) -> (Option<bool>, Vec<Row>) {
    let text = format!(
        r#"
[facts]
complete_export = true
[[global_domain]]
name = "Acme"
primary_internet_domain = "acme.com"
[[server]]
name = "mx/Acme"
smtp_listener = true
smtp_inbound = {{ status = "enabled", tls_status = "disabled", anonymous = true, name_and_password = true, enforce_server_access = false }}
[[configuration]]
applies_to = "*"
{configuration}
"#
    );
    let server = servers(&text).into_iter().next().expect("one server");
    let exposure = server.exposure();
    let rows = exposure.relay.iter().map(|row| (row.grant, row.authenticated, row.everywhere)).collect();
    (exposure.open_relay, rows)
}

#[test]
fn a_closed_server_gives_nobody_a_right_but_those_it_names() {
    let (open, rows) = grants(
        "relay = { deny_destinations = ['*'], deny_hosts = ['*'] }\nrelay_enforcement = { connecting_hosts = 'all', authenticated_users = 'check' }",
    );
    assert_eq!((open, rows), (Some(false), Vec::new()));
}

#[test]
fn one_open_domain_is_a_partial_relay() {
    let (open, rows) = grants(
        "relay = { allow_destinations = ['@partner.org'], deny_destinations = ['*'], deny_hosts = ['*'] }\nrelay_enforcement = { connecting_hosts = 'all', authenticated_users = 'check' }",
    );
    assert_eq!(open, Some(false));
    let allowed = Some(Grant::AllowedDestination);
    assert_eq!(rows, [(allowed, false, false), (allowed, true, false)]);
}

#[test]
fn exempt_hosts_and_users_are_rights_of_their_own() {
    let (open, rows) = grants(
        "relay = { deny_destinations = ['*'], deny_hosts = ['*'] }\nrelay_enforcement = { connecting_hosts = 'external', authenticated_users = 'allow', exempt_hosts = ['[10.0.8.0/24]'] }",
    );
    assert_eq!(open, Some(false));
    let found: Vec<Option<Grant>> = rows.iter().map(|(grant, ..)| *grant).collect();
    for grant in [Grant::InternalName, Grant::ExemptHost, Grant::Authenticated] {
        assert!(found.contains(&Some(grant)), "{grant:?} in {found:?}");
    }
    assert!(rows.iter().all(|(_, _, everywhere)| *everywhere));
}

#[test]
fn a_top_level_domain_in_a_list_of_hosts_is_everybody() {
    let (open, _) = grants(
        "relay = { allow_hosts = ['.de'], deny_destinations = ['*'], deny_hosts = ['*'] }\nrelay_enforcement = { connecting_hosts = 'all' }",
    );
    assert_eq!(open, Some(true));
    let (open, _) = grants(
        "relay = { allow_hosts = ['.partner.de'], deny_destinations = ['*'], deny_hosts = ['*'] }\nrelay_enforcement = { connecting_hosts = 'all' }",
    );
    assert_eq!(open, Some(false));
}
