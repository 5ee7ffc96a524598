//! An app with a few people in it, and how the scenarios talk to it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use ringfence::app::App;
use ringfence::app::declared::declared;
use ringfence::config::{Config, Quotas};
use ringfence::http::{Body, HashJob, HashOutcome, Headers, Method, Reply, Request, Secret, Step};
use ringfence::keys::Keys;
use ringfence::store::native::NativeSql;
use ringfence::token::{self, Access};
use ringfence_rules::{RuleTexts, Ruleset};
use ringfence_schema::Schema;
use serde_json::{Value, json};

/// Who asks.
pub const NOBODY: &str = "";
pub const ADMIN: &str = "admin";

/// An app and its clock.
pub struct World {
    pub app: Rc<App>,
    pub now_ms: Cell<u64>,
    tokens: RefCell<HashMap<String, String>>,
}

/// A request that is about to be sent.
pub struct Ask<'a> {
    world: &'a World,
    request: Request,
}

/// The example app, empty, with an administrator.
pub fn world() -> World {
    let (schema, rules) = declared().unwrap();
    world_of(schema, &rules)
}

/// An empty app with an administrator.
pub fn world_of(schema: Schema, rules: &RuleTexts) -> World {
    let rules = Ruleset::new(&schema, rules).unwrap();
    let config = Config {
        realm_id: "realm".into(),
        app_id: "app".into(),
        secret: Secret::new("a secret of the tests"),
        previous_secret: None,
        requests_per_minute: 0,
        logins_per_minute: 0,
        quotas: Quotas::default(),
        logs_every_request: true,
    };
    let now_ms = 1_795_000_000_000;
    let access = Access {
        id: ADMIN.into(),
        kind: token::AUTH.into(),
        collection_id: token::ADMINS.into(),
        refreshable: true,
        realm: String::new(),
        app: String::new(),
        session: "session".into(),
        email: None,
    };
    let keys = Keys::of_system(&config).unwrap();
    // So that it outlives every test's clock.
    let admin = token::issue(&keys, access, now_ms + 1_000_000_000_000).unwrap();
    let sql = Rc::new(NativeSql::memory().unwrap());
    World {
        app: App::open(sql, config, schema, rules, now_ms).unwrap(),
        now_ms: Cell::new(now_ms),
        tokens: RefCell::new(HashMap::from([(ADMIN.to_owned(), admin)])),
    }
}

impl World {
    /// A request such as `GET /collections/tasks/records?page=2`.
    pub fn ask(&self, caller: &str, what: &str) -> Ask<'_> {
        let (method, url) = what.split_once(' ').unwrap();
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let authorization = self.tokens.borrow().get(caller).cloned();
        assert!(
            authorization.is_some() || caller.is_empty(),
            "{caller} never signed in"
        );
        Ask {
            world: self,
            request: Request {
                method: Method::parse(method).unwrap(),
                path: path.into(),
                query: query.into(),
                headers: Headers {
                    authorization,
                    client_ip: Some("10.0.0.1".into()),
                    ..Headers::default()
                },
                body: Body::Empty,
                request_id: "request".into(),
                now_ms: self.now_ms.get(),
            },
        }
    }

    /// The same database and callers in an app that woke anew.
    pub fn reopened(self) -> Self {
        let config = self.app.config.clone();
        self.reopened_with(config)
    }

    /// The same with other settings.
    pub fn reopened_with(self, config: Config) -> Self {
        let app = &self.app;
        let (schema, rules) = ((*app.schema).clone(), (*app.rules).clone());
        let sql = Rc::clone(&app.sql);
        let woken = App::open(sql, config, schema, rules, self.now_ms.get());
        Self {
            app: woken.unwrap(),
            ..self
        }
    }

    /// Reads something that must be there.
    pub fn get(&self, caller: &str, url: &str) -> Value {
        self.ask(caller, &format!("GET {url}")).ok()
    }

    /// Creates a record that must be allowed, and gives it.
    pub fn create(&self, caller: &str, collection: &str, body: Value) -> Value {
        self.ask(caller, &format!("POST /collections/{collection}/records"))
            .json(body)
            .ok()
    }

    /// Creates a record as the administrator, and gives its id.
    pub fn add(&self, collection: &str, body: Value) -> String {
        self.create(ADMIN, collection, body)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Registers somebody and signs them in; gives their id.
    pub fn person(&self, name: &str) -> String {
        let email = format!("{name}@example.com");
        let id = self.add(
            "users",
            json!({"name": name, "email": email, "password": "correct horse", "role": "member"}),
        );
        let credentials = json!({"identity": email, "password": "correct horse"});
        let signed_in = self
            .ask(NOBODY, "POST /collections/users/auth-with-password")
            .json(credentials)
            .ok();
        let token = signed_in["token"].as_str().unwrap().to_owned();
        self.tokens.borrow_mut().insert(name.to_owned(), token);
        id
    }

    /// A team of somebody's, of which they are the `owner` member.
    pub fn team(&self, owner: &str, slug: &str) -> String {
        let team = self.add("teams", json!({"name": slug, "slug": slug, "owner": owner}));
        self.add(
            "memberships",
            json!({"user": owner, "team": team, "role": "owner"}),
        );
        team
    }
}

impl Ask<'_> {
    pub fn json(self, body: Value) -> Self {
        self.text(&body.to_string())
    }

    pub fn text(mut self, body: &str) -> Self {
        self.request.body = Body::Json(body.to_owned());
        self
    }

    pub fn body(mut self, body: Body) -> Self {
        self.request.body = body;
        self
    }

    pub fn if_match(mut self, etag: &str) -> Self {
        self.request.headers.if_match = Some(etag.to_owned());
        self
    }

    pub fn if_none_match(mut self, etag: &str) -> Self {
        self.request.headers.if_none_match = Some(etag.to_owned());
        self
    }

    pub fn key(mut self, key: &str) -> Self {
        self.request.headers.idempotency_key = Some(key.to_owned());
        self
    }

    /// The request itself, for scenarios that send it in several steps.
    pub fn request(self) -> Request {
        self.request
    }

    /// The reply, whatever it is.
    pub fn reply(self) -> Reply {
        settle(self.world.app.handle(self.request))
    }

    /// The JSON of a reply that must be a success.
    pub fn ok(self) -> Value {
        let (method, path) = (self.request.method.name(), self.request.path.clone());
        let reply = self.reply();
        assert!(
            reply.status < 300,
            "{method} {path}: {} {}",
            reply.status,
            reply.body
        );
        if reply.body.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&reply.body).unwrap()
        }
    }

    /// A reply of that status that holds every text, and none of those behind `!`.
    pub fn expect(self, status: u16, texts: &[&str]) -> Reply {
        let what = format!(
            "{} {}?{}",
            self.request.method.name(),
            self.request.path,
            self.request.query
        );
        let reply = self.reply();
        assert_eq!(
            reply.status, status,
            "{what}: {} {:?}",
            reply.body, reply.cause
        );
        for text in texts {
            let (text, wanted) = text
                .strip_prefix('!')
                .map_or((*text, true), |text| (text, false));
            assert_eq!(
                reply.body.contains(text),
                wanted,
                "{what}: {text:?} in {}",
                reply.body
            );
        }
        reply
    }
}

/// The reply that a step comes to; a hash is its password with a mark.
fn settle(step: Step) -> Reply {
    match hashed(step) {
        Step::Done(reply) => reply,
        _ => panic!("the scenario has to be about files"),
    }
}

/// What a step comes to once there is nothing to hash.
pub fn hashed(step: Step) -> Step {
    match step {
        Step::Hash(jobs, resume) => hashed(resume(jobs.iter().map(hash).collect())),
        other => other,
    }
}

fn hash(job: &HashJob) -> HashOutcome {
    let of = |password: &Secret| format!("hash of {}", password.expose());
    match job {
        HashJob::Hash(password) => HashOutcome::Hashed(of(password)),
        HashJob::Verify(password, hash) => {
            HashOutcome::Verified(hash.as_ref() == Some(&of(password)))
        }
    }
}
