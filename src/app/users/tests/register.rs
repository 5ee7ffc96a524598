//! Signing up: the record, the session, and what is refused.

use super::*;

const REGISTER: &str = "/auth/users/register";

fn cleo() -> Value {
    json!({
        "email": " Cleo@Example.com", "password": "a good password",
        "passwordConfirm": "a good password",
    })
}

#[test]
fn signing_up_makes_the_record_and_signs_in() {
    let scene = Scene::new();
    let reply = scene.send(Method::Post, REGISTER, Some("old.old.old"), cleo());
    let signed_up = body(&reply);
    assert_eq!(reply.status, 200, "{signed_up}");
    assert_eq!(signed_up["record"]["email"], "cleo@example.com");
    assert_eq!(signed_up["record"]["verified"], false);
    assert!(!reply.body.contains("argon2") && !reply.body.contains("tokenKey"));
    let tokens = tokens(&reply);
    assert_eq!(scene.me(&tokens.access), 200);
    assert_eq!(scene.refresh(&tokens.refresh).status, 200);
    assert_eq!(
        scene.log_in("CLEO@example.com", "a good password").status,
        200
    );
}

#[test]
fn what_the_insert_rule_refuses_signs_nobody_up() {
    let scene = Scene::new();
    let reply = scene.send(Method::Post, "/auth/staff/register", None, cleo());
    assert_eq!(reply.status, 403);
    assert_eq!(
        scene.log_in("cleo@example.com", "a good password").status,
        400
    );
}

#[test]
fn an_email_belongs_to_one_person_however_it_is_written() {
    let scene = Scene::new();
    let twin = json!({"email": "ANN@example.com", "password": "a good password"});
    let reply = scene.send(Method::Post, REGISTER, None, twin);
    assert_eq!(reply.status, 400);
    assert_eq!(body(&reply)["data"]["email"]["code"], "unique");
    assert!(!reply.body.contains("token"));
}

#[test]
fn what_is_wrong_with_a_field_is_said_of_that_field() {
    let scene = Scene::new();
    let long = "x".repeat(257);
    for (change, field, code) in [
        (json!({"password": "short"}), "password", "min"),
        (json!({"password": long}), "password", "max"),
        (json!({"password": ""}), "password", "required"),
        (json!({"password": 5}), "password", "type"),
        (
            json!({"passwordConfirm": "another"}),
            "passwordConfirm",
            "mismatch",
        ),
        (json!({"passwordConfirm": 5}), "passwordConfirm", "mismatch"),
        (json!({"email": ""}), "email", "required"),
        (json!({"email": "cleo"}), "email", "invalid_email"),
        (json!({"verified": true}), "verified", "read_only"),
        (json!({"tokenKey": "mine"}), "tokenKey", "unknown"),
        (json!({"shoe": 38}), "shoe", "unknown"),
    ] {
        let mut sent = cleo();
        if field == "password" {
            sent.as_object_mut().unwrap().remove("passwordConfirm");
        }
        for (name, value) in change.as_object().unwrap() {
            sent[name] = value.clone();
        }
        let reply = scene.send(Method::Post, REGISTER, None, sent);
        let found = &body(&reply)["data"][field]["code"];
        assert_eq!(
            (reply.status, found),
            (400, &json!(code)),
            "{change} {}",
            reply.body
        );
        assert!(!reply.body.contains(&long));
    }
}

#[test]
fn a_repeated_request_signs_nobody_in_again() {
    let scene = Scene::new();
    let send = || {
        let step = scene.app.handle(Request {
            method: Method::Post,
            path: REGISTER.into(),
            query: String::new(),
            headers: Headers {
                idempotency_key: Some("once".into()),
                ..Headers::default()
            },
            body: Body::Json(cleo().to_string()),
            request_id: "r".into(),
            now_ms: NOW,
        });
        settle(step, |job| hasher::run(&job))
    };
    assert_eq!(send().status, 200);
    assert_eq!(send().status, 400, "the email is taken");
}

#[test]
fn signing_up_is_limited_like_signing_in() {
    let scene = Scene::new();
    let limited = scene.reopened(Config {
        logins_per_minute: 1,
        ..config("root", None, "a1")
    });
    assert_eq!(
        limited.send(Method::Post, REGISTER, None, cleo()).status,
        200
    );
    for path in [REGISTER, "/collections/users/records"] {
        match limited.step(Method::Post, path, None, cleo()) {
            Step::Done(reply) => assert_eq!(reply.status, 429, "{path}"),
            _ => panic!("hashed for {path}"),
        }
    }
}
