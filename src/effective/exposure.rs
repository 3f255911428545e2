//! What a server exposes, as facts of the model: who can connect, who may relay, a dialogue that shows it. Worked out when
//! somebody asks.

use std::sync::{Arc, OnceLock};

use super::fact::{Fact, Object, Provenance};
use super::lists::{self, list, plain, record};
use super::peers;
use super::policy::{Resolved, Surroundings, resolve};
use crate::directory::DocumentId;
use crate::smtp::{Access, Exposure, Grant, Outcome, Ptr, Source, Witness, expose};

/// One server with what it exposes.
#[derive(Debug)]
pub struct Exposed {
    around: Arc<Surroundings>,
    id: DocumentId,
    /// The record of the server without what it exposes.
    server: Fact,
    resolved: OnceLock<Resolved>,
    exposure: OnceLock<Exposure>,
    /// The facts by the order of their names: a rule may ask for one as often as it likes.
    parts: [OnceLock<Fact>; NAMES.len()],
}

/// The names of the facts, in the order of their entries.
const NAMES: [&str; 16] = [
    "open_relay",
    "relay_controls_open",
    "relay_contested",
    "relay_grant",
    "relay_because",
    "witness",
    "internet_can_send",
    "authenticated_relay",
    "name_trust",
    "denies_everybody",
    "trusted_hosts",
    "relay_conflicts",
    "connection_conflicts",
    "peers",
    "excluded_recipients",
    "relay",
];

impl Exposed {
    pub(super) fn new(around: &Arc<Surroundings>, id: DocumentId, server: Fact) -> Self {
        Self {
            around: Arc::clone(around),
            id,
            server,
            resolved: OnceLock::new(),
            exposure: OnceLock::new(),
            parts: std::array::from_fn(|_| OnceLock::new()),
        }
    }

    /// The Server document.
    #[must_use]
    pub fn id(&self) -> DocumentId {
        self.id
    }

    /// The settings in force as the decision procedure takes them.
    pub fn resolved(&self) -> &Resolved {
        self.resolved.get_or_init(|| resolve(&self.around, self.id, &self.server))
    }

    /// What the server exposes.
    pub fn exposure(&self) -> &Exposure {
        self.exposure.get_or_init(|| expose(&self.resolved().policy))
    }

    /// An address of a local domain that somebody on this server has, if the input shows one.
    #[must_use]
    pub fn known_recipient(&self) -> Option<String> {
        peers::known_recipient(self.resolved(), &self.around, self.id)
    }

    /// The places behind some settings, the first one as the value's own.
    fn provenance(&self, by: &[Source]) -> Provenance {
        let mut all = Provenance::default();
        for source in by {
            all.extend(self.resolved().provenance(*source).steps().iter().cloned());
        }
        all
    }

    fn truth(&self, value: Option<bool>, why: Option<&Arc<str>>, witness: Option<&Witness>) -> Fact {
        let provenance = witness.map_or_else(Provenance::default, |witness| self.provenance(&witness.by));
        match value {
            Some(value) => Fact::known(value, provenance),
            None => Fact::unknown(why.map_or_else(|| Arc::from("it is not known"), Arc::clone), provenance),
        }
    }

    /// The dialogue that shows that the server, or failing that its relay controls alone, let everybody relay.
    #[must_use]
    pub fn witness(&self) -> Option<&Witness> {
        let exposure = self.exposure();
        exposure.witness.as_ref().or(exposure.controls_witness.as_ref()).or(exposure.contested.as_ref())
    }

    /// The entry or the field that opens the relay.
    fn because(&self) -> Fact {
        let Some(witness) = self.witness() else { return Fact::absent(None, Provenance::default()) };
        let provenance = self.provenance(&witness.by);
        let relay = &self.resolved().policy.relay;
        let entry = witness.by.first().and_then(|source| {
            let hosts = [&relay.exempt_hosts, &relay.allow_hosts];
            let host = hosts.into_iter().find_map(|list| list.text_of(*source));
            host.or_else(|| relay.allow_destinations.text_of(*source))
        });
        let text = match (entry, witness.grant) {
            (Some(entry), _) => entry,
            (None, Some(Grant::EnforcementNone)) => "none",
            // What is missing opens it.
            (None, _) => "",
        };
        Fact::known(text, provenance)
    }

    fn witness_fact(&self) -> Fact {
        let Some(witness) = self.witness() else { return Fact::absent(None, Provenance::default()) };
        let session = &witness.session;
        let provenance = self.provenance(&witness.by);
        let ptr = match &session.peer.ptr {
            Ptr::Name(name) => plain(&**name),
            Ptr::None => plain("none"),
            Ptr::Unknown => Fact::absent(None, Provenance::default()),
        };
        let parts = [
            ("from", plain(session.peer.address.to_string())),
            ("ptr", ptr),
            ("port", plain(i64::from(session.port))),
            ("tls", plain(session.tls)),
            ("mail_from", plain(&*session.sender.text)),
            ("rcpt", plain(&*session.recipient.text)),
        ];
        record(format!("witness for {}", self.resolved().policy.server), parts, provenance)
    }

    fn internet_can_send(&self) -> Fact {
        let access = &self.exposure().access;
        if access.is_empty() {
            let why = "no local domain is known that mail could be sent to";
            return Fact::unknown(why, Provenance::default());
        }
        let anybody: Vec<&Access> = access.iter().filter(|access| access.anybody).collect();
        if let Some(through) = anybody.iter().find(|access| access.outcome == Outcome::Accepted) {
            return Fact::known(true, self.provenance(&through.by));
        }
        match anybody.iter().find(|access| access.outcome == Outcome::Unknown) {
            Some(open) => {
                let why = open.why.clone().unwrap_or_else(|| "it is not known".to_owned());
                Fact::unknown(why, self.provenance(&open.by))
            }
            None => {
                let by = anybody.first().map_or(&[][..], |access| &access.by);
                Fact::known(false, self.provenance(by))
            }
        }
    }

    /// Whether some class of hosts may relay by a grant.
    fn granted(&self, grant: Grant) -> Fact {
        let rows = &self.exposure().relay;
        if let Some(row) = rows.iter().find(|row| row.grant == Some(grant)) {
            return Fact::known(true, self.provenance(&row.by));
        }
        let authenticated = grant == Grant::Authenticated;
        match rows.iter().find(|row| row.allowed.is_none() && row.authenticated == authenticated) {
            Some(row) => {
                let why = row.why.clone().unwrap_or_else(|| Arc::from("it is not known"));
                Fact::unknown(why, self.provenance(&row.by))
            }
            None => Fact::known(false, Provenance::default()),
        }
    }

    fn relay_rows(&self) -> Fact {
        let rows = self.exposure().relay.iter().map(|row| {
            let provenance = self.provenance(&row.by);
            let parts = [
                (
                    "grant",
                    row.grant.map_or_else(|| Fact::absent(None, Provenance::default()), |grant| plain(grant.word())),
                ),
                ("authenticated", plain(row.authenticated)),
                ("everywhere", plain(row.everywhere)),
                (
                    "allowed",
                    match row.allowed {
                        Some(allowed) => Fact::known(allowed, provenance.clone()),
                        None => {
                            let why = row.why.clone().unwrap_or_else(|| Arc::from("it is not known"));
                            Fact::unknown(why, provenance.clone())
                        }
                    },
                ),
            ];
            record(format!("relay right {:?} {}", row.grant, row.authenticated), parts, provenance)
        });
        list(rows.collect())
    }

    fn part(&self, name: &str) -> Option<Fact> {
        let index = NAMES.iter().position(|known| *known == name)?;
        Some(self.parts.get(index)?.get_or_init(|| self.work_out(name)).clone())
    }

    fn work_out(&self, name: &str) -> Fact {
        let resolved = self.resolved();
        match name {
            "open_relay" => {
                let exposure = self.exposure();
                self.truth(exposure.open_relay, exposure.why.as_ref(), exposure.witness.as_ref())
            }
            "relay_controls_open" => {
                let exposure = self.exposure();
                self.truth(exposure.controls_open, exposure.controls_why.as_ref(), exposure.controls_witness.as_ref())
            }
            "relay_contested" => {
                let contested = self.exposure().contested.as_ref();
                self.truth(Some(contested.is_some()), None, contested)
            }
            "relay_grant" => match self.witness().and_then(|witness| Some((witness, witness.grant?))) {
                Some((witness, grant)) => Fact::known(grant.word(), self.provenance(&witness.by)),
                None => Fact::absent(None, Provenance::default()),
            },
            "relay_because" => self.because(),
            "witness" => self.witness_fact(),
            "internet_can_send" => self.internet_can_send(),
            "authenticated_relay" => self.granted(Grant::Authenticated),
            "name_trust" => self.granted(Grant::InternalName),
            "denies_everybody" => lists::denies_everybody(resolved),
            "trusted_hosts" => lists::trusted_hosts(resolved),
            "relay_conflicts" => lists::relay_conflicts(resolved),
            "connection_conflicts" => lists::connection_conflicts(resolved),
            "peers" => peers::peers(resolved, &self.around, self.id),
            "excluded_recipients" => peers::excluded_recipients(resolved, &self.around, self.id),
            _ => self.relay_rows(),
        }
    }
}

/// What a server exposes, as a fact of the model.
pub(super) fn exposure_fact(exposed: &Arc<Exposed>) -> Fact {
    let view: Arc<dyn Object> = Arc::new(ExposureView(Arc::clone(exposed)));
    Fact::known(view, Provenance::default())
}

/// What a server exposes, as a record of the model.
#[derive(Debug)]
struct ExposureView(Arc<Exposed>);

impl Object for ExposureView {
    fn get(&self, name: &str) -> Option<Fact> {
        self.0.part(name)
    }

    fn entries(&self) -> Vec<(Arc<str>, Fact)> {
        NAMES.iter().filter_map(|name| Some((Arc::from(*name), self.0.part(name)?))).collect()
    }

    fn identity(&self) -> String {
        format!("exposure of {}", self.0.resolved().policy.server)
    }
}
