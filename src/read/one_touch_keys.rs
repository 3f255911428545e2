//! The names that one-touch setup knows (formats.md 2.3: union of the help pages of 12.0 to 14.0, the vendor's README and
//! sample files; the official schema ships only with the product).

use super::{Content, Node};
use crate::source::Problem;
use crate::suggest::closest;

/// `path: names` for every object with fixed names; `[]` is any element of a list.
const KEYS: &[(&str, &[&str])] = &[
    ("", &["autoConfigPreferences", "serverSetup", "IDVault", "appConfiguration"]),
    ("autoConfigPreferences", &["deleteInputFileAfterProcessing", "startServerAfterConfiguration", "consoleLogOutput"]),
    ("autoConfigPreferences.consoleLogOutput", &["show", "pauseOnErrorSeconds"]),
    (
        "serverSetup",
        &[
            "server",
            "network",
            "org",
            "admin",
            "existingServer",
            "notesINI",
            "security",
            "registerUsers",
            "autoRegister",
        ],
    ),
    (
        "serverSetup.server",
        &[
            "type",
            "name",
            "domainName",
            "title",
            "password",
            "minPasswordLength",
            "serverTasks",
            "additionalServerTasks",
            "IDFilePath",
            "useExistingServerID",
            "additionalReplicas",
        ],
    ),
    ("serverSetup.network", &["hostName", "enablePortEncryption", "enablePortCompression"]),
    (
        "serverSetup.org",
        &[
            "countryCode",
            "orgName",
            "certifierPassword",
            "orgUnitName",
            "orgUnitPassword",
            "useExistingCertifierID",
            "certifierIDFilePath",
            "useExistingOrgUnitID",
            "orgUnitIDFilePath",
        ],
    ),
    (
        "serverSetup.admin",
        &["firstName", "middleName", "lastName", "password", "IDFilePath", "CN", "useExistingAdminID"],
    ),
    ("serverSetup.existingServer", &["CN", "hostNameOrIP", "httpTunnelProxy", "sourceDatabasePath"]),
    ("serverSetup.security", &["ACL", "TLSSetup", "JConsole"]),
    ("serverSetup.registerUsers", &["defaults", "users"]),
    (
        "serverSetup.registerUsers.users[]",
        &[
            "firstName",
            "middleName",
            "lastName",
            "shortName",
            "password",
            "IDFilePath",
            "internetAddress",
            "mailFilePath",
            "mailTemplatePath",
            "enableFullTextIndex",
            "saveIDToPersonDocument",
            "setInternetPassword",
            "certificateExpirationMonths",
        ],
    ),
    ("appConfiguration", &["databases"]),
    (
        "appConfiguration.databases[]",
        &["filePath", "action", "title", "templatePath", "signUsingAdminp", "ACL", "agents", "documents"],
    ),
    ("appConfiguration.databases[].documents[]", &["action", "findDocument", "computeWithForm", "items"]),
];

/// Adds a problem for every name that is not known.
pub(super) fn check_keys(root: &Node, problems: &mut Vec<Problem>) {
    check(root, "", problems);
}

fn check(node: &Node, path: &str, problems: &mut Vec<Problem>) {
    match &node.content {
        Content::Table(members) => {
            let Some((_, known)) = KEYS.iter().find(|(at, _)| *at == path) else { return };
            for member in members {
                if known.contains(&&*member.key) {
                    let below = if path.is_empty() { member.key.to_string() } else { format!("{path}.{}", member.key) };
                    check(&member.node, &below, problems);
                    continue;
                }
                let whole = if path.is_empty() { "a setup file".to_owned() } else { format!("`{path}`") };
                let problem = Problem::warning(
                    "one-touch-unknown-key",
                    format!("`{}` is not a name that {whole} is known to have", member.key),
                )
                .at(member.key_span, "not known");
                problems.push(match closest(&member.key, known.iter().copied()) {
                    Some(name) => problem.help(format!("did you mean `{name}`?")),
                    None => problem.help("newer releases may know it; setup validates the file against its own schema"),
                });
            }
        }
        Content::List(elements) => {
            let below = format!("{path}[]");
            for element in elements {
                check(element, &below, problems);
            }
        }
        _ => {}
    }
}
