//! The front and the bucket, as the scenarios need them: blobs are bytes in a map.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use ringfence::app::files::{place, sweep};
use ringfence::bucket::{BucketJob, FrontTask, Send};
use ringfence::http::{Body, FormFile, FormPart, Reply, Request, Step, StoredBytes};
use ringfence_schema::declaration::Source;
use serde_json::{Value, json};

use crate::declare;
use crate::world::{World, hashed, world_of};

const PEOPLE: &str = r#"
kind = "auth"
[fields]
name = { type = "text" }
role = { type = "text" }
avatar = { type = "file", mime_types = ["image/png", "image/jpeg"], max_size = 1000 }
"#;

const DOCS: &str = r#"
[fields]
title = { type = "text", required = true }
public = { type = "bool" }
owner = { type = "relation", collection = "users", on_delete = "cascade" }
files = { type = "file", many = true, max = 3, thumbs = ["100x100", "0x50"] }
draft = { type = "file" }
film = { type = "file", max_size = 20_000_000, mime_types = ["video/mp4"] }
secret = { type = "text", hidden = true }
vault = { type = "file", hidden = true, max_size = 3 }
"#;

const PEOPLE_RULES: &str = r#"
read = "@request.auth.id != null"
insert = "true"
update = "id = @request.auth.id"
"#;

// A draft is for its owner alone.
const DOCS_RULES: &str = r#"
read = "public = true || owner = @request.auth.id"
insert = "@request.auth.id != null && owner = @request.auth.id"
update = "owner = @request.auth.id"
delete = "owner = @request.auth.id"
[fields.draft]
read = "owner = @request.auth.id"
"#;

/// A world with a bucket.
pub struct Shelf {
    pub world: World,
    pub bucket: RefCell<BTreeMap<String, Vec<u8>>>,
    /// How long each blob has been there.
    pub age_ms: Cell<u64>,
}

/// A file that is sent: its name, type and bytes.
#[derive(Clone, Copy)]
pub struct Upload<'a>(pub &'a str, pub &'a str, pub &'a str);

pub fn png(bytes: &str) -> Upload<'_> {
    Upload("Me Myself.png", "image/png", bytes)
}

pub fn shelf() -> Shelf {
    shelf_with(DOCS_RULES)
}

/// With these rules for documents.
pub fn shelf_with(docs_rules: &str) -> Shelf {
    let source = |path: &str, text: &str| Source {
        path: path.into(),
        text: text.into(),
    };
    let sources = [
        source("schema/users.toml", PEOPLE),
        source("schema/docs.toml", DOCS),
    ];
    let rules = [
        source("rules/users.toml", PEOPLE_RULES),
        source("rules/docs.toml", docs_rules),
    ];
    let (schema, rules) = declare::check(&sources, &rules).unwrap();
    Shelf {
        world: world_of(schema, &rules),
        bucket: RefCell::default(),
        age_ms: Cell::new(2 * 60 * 60 * 1000),
    }
}

/// A form of texts and files.
pub fn form(texts: &[(&str, &str)], files: &[(&str, Upload<'_>)]) -> Body {
    let texts = texts.iter().map(|(name, value)| FormPart {
        name: (*name).into(),
        value: (*value).into(),
        file: None,
    });
    let files = files.iter().enumerate().map(|(index, (name, upload))| {
        let Upload(file, mime_type, bytes) = upload;
        FormPart {
            name: (*name).into(),
            value: String::new(),
            file: Some(FormFile {
                key: format!("key-{index}-{}", fastrand::u64(..)),
                name: (*file).into(),
                size: bytes.len() as u64,
                mime_type: (*mime_type).into(),
                extension: ".bin".into(),
                digest: (*bytes).into(),
                etag: None,
                announced_ms: 0,
            }),
        }
    });
    Body::Form(texts.chain(files).collect())
}

/// The bytes of a form's files, in their order.
fn bytes_of(body: &Body) -> Vec<String> {
    ringfence::app::files::form::of(body)
        .map(|file| file.digest.clone())
        .collect()
}

/// The same form once its blobs are there.
pub fn put(mut request: Request) -> Request {
    if let Body::Form(parts) = &mut request.body {
        for file in parts.iter_mut().filter_map(|part| part.file.as_mut()) {
            file.etag = Some(format!("etag of {}", file.digest));
            file.announced_ms = request.now_ms;
        }
    }
    request
}

impl Shelf {
    /// Serves a request as the front does, blobs and all.
    pub fn send(&self, request: Request) -> Reply {
        match self.worked(self.step(request.clone())) {
            Step::Done(reply) => reply,
            Step::Front(FrontTask::Put { paths, .. }) => {
                self.store(&paths, &request.body);
                match self.step(put(request)) {
                    Step::Done(reply) => reply,
                    _ => panic!("asked to put the same again"),
                }
            }
            _ => panic!("no reply"),
        }
    }

    /// What a step comes to once the bucket was asked.
    pub fn worked(&self, mut step: Step) -> Step {
        while let Step::Bucket(job, resume) = step {
            step = resume(Some(self.work(&job)));
        }
        step
    }

    /// The JSON of a request that must be a success.
    pub fn ok(&self, caller: &str, what: &str, body: Value) -> Value {
        let reply = self.send(self.world.ask(caller, what).json(body).request());
        assert!(reply.status < 300, "{what}: {}", reply.body);
        serde_json::from_str(&reply.body).unwrap_or_default()
    }

    /// Sends the bytes of an upload, or of a part, as the front does; gives the reply.
    pub fn put(&self, caller: &str, url: &str, bytes: &str, mime_type: &str) -> Reply {
        let request = self.world.ask(caller, &format!("PUT {url}")).request();
        match self.step(request.clone()) {
            Step::Done(reply) => reply,
            Step::Front(FrontTask::Receive {
                path,
                key,
                part,
                length,
            }) => {
                assert_eq!(length as usize, bytes.len(), "{url}");
                let place = part.map_or(path.clone(), |(_, number)| format!("{path}#{number}"));
                self.bucket.borrow_mut().insert(place, bytes.into());
                self.told(request, &key, bytes, mime_type)
            }
            _ => panic!("nothing to receive"),
        }
    }

    /// Tells the object that bytes are there.
    pub fn told(&self, mut request: Request, blob: &str, bytes: &str, mime_type: &str) -> Reply {
        request.body = Body::Stored(StoredBytes {
            key: blob.into(),
            etag: etag_of(bytes.as_bytes()),
            mime_type: mime_type.into(),
        });
        self.send(request)
    }

    /// The first step that is not a hash.
    pub fn step(&self, request: Request) -> Step {
        hashed(self.world.app.handle(request))
    }

    pub fn store(&self, keys: &[String], body: &Body) {
        let blobs = keys.iter().cloned().zip(bytes_of(body));
        let mut bucket = self.bucket.borrow_mut();
        bucket.extend(blobs.map(|(key, bytes)| (key, bytes.into_bytes())));
    }

    /// A write with files that must be allowed; gives the record.
    pub fn write(
        &self,
        caller: &str,
        what: &str,
        texts: &[(&str, &str)],
        files: &[(&str, Upload<'_>)],
    ) -> Value {
        let reply = self.try_write(caller, what, texts, files);
        assert_eq!(reply.status, 200, "{what}: {}", reply.body);
        serde_json::from_str(&reply.body).unwrap()
    }

    pub fn try_write(
        &self,
        caller: &str,
        what: &str,
        texts: &[(&str, &str)],
        files: &[(&str, Upload<'_>)],
    ) -> Reply {
        self.send(
            self.world
                .ask(caller, what)
                .body(form(texts, files))
                .request(),
        )
    }

    /// A file as a reader gets it, or the status of the refusal.
    pub fn read(&self, caller: &str, url: &str) -> Result<(Send, String), u16> {
        self.read_with(caller, url, &[])
    }

    pub fn read_with(
        &self,
        caller: &str,
        url: &str,
        headers: &[(&str, &str)],
    ) -> Result<(Send, String), u16> {
        let mut request = self.world.ask(caller, &format!("GET {url}")).request();
        for (name, value) in headers {
            let all = &mut request.headers;
            let header = match *name {
                "if_match" => &mut all.if_match,
                "if_none_match" => &mut all.if_none_match,
                "range" => &mut all.range,
                "if_range" => &mut all.if_range,
                other => panic!("{other}"),
            };
            *header = Some((*value).to_owned());
        }
        match self.step(request) {
            Step::Front(FrontTask::Send(send)) => {
                let bytes = send.blob.as_ref().map_or(Vec::new(), |blob| {
                    let whole = self.bucket.borrow()[&blob.key].clone();
                    let from = blob.range.map_or(0, |range| range.offset as usize);
                    let length = send.length.unwrap() as usize;
                    assert!(blob.range.is_some() || length == whole.len());
                    whole[from..from + length].to_vec()
                });
                Ok((send, String::from_utf8(bytes).unwrap()))
            }
            Step::Done(reply) => Err(reply.status),
            _ => panic!("neither a file nor a refusal"),
        }
    }

    /// Runs the alarm, with the bucket there or not; gives when it is set to next.
    pub fn sweep(&self, is_there: bool) -> Option<u64> {
        let now_ms = self.world.now_ms.get();
        let mut step = sweep::sweep(&self.world.app, now_ms).unwrap();
        loop {
            step = match step {
                Step::Bucket(job, resume) => resume(is_there.then(|| self.work(&job))),
                Step::Done(reply) => {
                    assert_eq!(reply.status, 204, "{}", reply.body);
                    return sweep::next(&self.world.app, now_ms).unwrap();
                }
                _ => panic!("a sweep asks the bucket alone"),
            };
        }
    }

    /// Where a blob of that key lies.
    pub fn path(&self, key: &str) -> String {
        place::path(&self.world.app, key).unwrap()
    }

    /// Runs it a day later.
    pub fn sweep_later(&self) {
        let now_ms = self.world.now_ms.get();
        self.world.now_ms.set(now_ms + 24 * 60 * 60 * 1000);
        self.sweep(true);
    }

    pub fn work(&self, job: &BucketJob) -> Value {
        let mut bucket = self.bucket.borrow_mut();
        match job {
            BucketJob::Delete { keys, .. } => {
                bucket.retain(|key, _| !keys.contains(key));
                json!({})
            }
            BucketJob::Begin { key } => json!({ "upload": format!("parts of {key}") }),
            // The parts of a scenario are put under keys of their own.
            BucketJob::Complete { key, parts, .. } => {
                let part = |number: u64| format!("{key}#{number}");
                let there = parts.iter().all(|(number, etag)| {
                    let bytes = bucket.get(&part(*number));
                    bytes.is_some_and(|bytes| *etag == etag_of(bytes))
                });
                if !there {
                    let size = bucket.get(key).map(Vec::len);
                    return json!({ "size": size, "etag": size.map(|_| "whole") });
                }
                let removed = parts
                    .iter()
                    .filter_map(|(number, _)| bucket.remove(&part(*number)));
                let whole: Vec<u8> = removed.flatten().collect();
                let size = whole.len();
                bucket.insert(key.clone(), whole);
                json!({ "size": size, "etag": "whole" })
            }
            BucketJob::List {
                prefix,
                after,
                limit,
            } => {
                let later = bucket
                    .iter()
                    .filter(|(key, _)| key.starts_with(prefix.as_str()) && *key > after);
                let blobs: Vec<Value> = later
                    .map(|(key, bytes)| json!({"key": key, "size": bytes.len(), "age_ms": self.age_ms.get()}))
                    .collect();
                let most = *limit as usize;
                json!({"blobs": &blobs[..blobs.len().min(most)], "more": blobs.len() > most})
            }
        }
    }

    /// What is in the bucket.
    pub fn blobs(&self) -> Vec<String> {
        let bucket = self.bucket.borrow();
        let blobs = bucket.values().cloned().map(String::from_utf8);
        blobs.map(Result::unwrap).collect()
    }

    /// The bytes counted for an owner; under "" for all.
    pub fn used(&self, owner: &str) -> i64 {
        let rows = self.world.app.sql.query(
            "SELECT bytes FROM \"_file_usage\" WHERE owner = ?",
            &[owner.into()],
        );
        rows.unwrap()
            .first()
            .map_or(0, |row| ringfence::store::integer(row, 0))
    }

    /// The same database in an app that woke anew.
    pub fn reopened(self) -> Self {
        Self {
            world: self.world.reopened(),
            bucket: self.bucket,
            age_ms: self.age_ms,
        }
    }
}

fn etag_of(bytes: &[u8]) -> String {
    let (first, last) = (bytes.first().unwrap_or(&0), bytes.last().unwrap_or(&0));
    format!("{} bytes, {first} to {last}", bytes.len())
}

/// The name of the file in a field.
pub fn name(record: &Value, field: &str) -> String {
    let value = &record[field];
    let one = value.as_str().or_else(|| value[0].as_str());
    one.unwrap().to_owned()
}

/// The address of a file.
pub fn url(record: &Value, field: &str) -> String {
    let text = |key: &str| record[key].as_str().unwrap();
    format!(
        "/files/{}/{}/{}",
        text("collectionName"),
        text("id"),
        name(record, field)
    )
}
