//! Refreshing, reusing and ending a session.

use super::*;

#[test]
fn refreshing_gives_new_tokens_of_the_same_session() {
    let scene = Scene::new();
    let first = scene.ann();
    let second = tokens(&scene.refresh(&first.refresh));
    assert_ne!(second.refresh, first.refresh);
    assert_eq!(scene.me(&second.access), 200);
    assert_eq!(scene.me(&first.access), 200, "it has not expired");
}

#[test]
fn reuse_of_a_refresh_token_ends_the_session_with_its_access_tokens() {
    let scene = Scene::new();
    let (first, other) = (scene.ann(), scene.ann());
    let second = tokens(&scene.refresh(&first.refresh));
    assert_eq!(scene.me(&second.access), 200);
    assert_eq!(code(&scene.refresh(&first.refresh)), "invalid_token");
    for access in [&first.access, &second.access] {
        assert_eq!(scene.me(access), 401);
    }
    assert_eq!(code(&scene.refresh(&second.refresh)), "invalid_token");
    assert_eq!(scene.me(&other.access), 200, "the other device stays");
}

#[test]
fn of_two_refreshes_at_once_one_wins_and_the_session_ends() {
    let scene = Scene::new();
    let first = scene.ann();
    let body = json!({"refreshToken": first.refresh});
    let path = "/auth/users/refresh";
    let steps = [
        scene.step(Method::Post, path, None, body.clone()),
        scene.step(Method::Post, path, None, body),
    ];
    let replies = steps.map(|step| settle(step, |job| hasher::run(&job)));
    assert_eq!([replies[0].status, replies[1].status], [200, 401]);
    assert_eq!(scene.me(&tokens(&replies[0]).access), 401);
}

#[test]
fn a_session_nobody_refreshes_ends() {
    let mut scene = Scene::new();
    let ann = scene.ann();
    scene.now_ms += REFRESH_TOKEN_SECONDS * 1000;
    assert_eq!(scene.refresh(&ann.refresh).status, 401);
}

#[test]
fn a_refresh_without_its_token_says_what_is_missing() {
    let scene = Scene::new();
    for body in [Value::Null, json!({}), json!({"refreshToken": 5})] {
        let reply = scene.send(Method::Post, "/auth/users/refresh", None, body.clone());
        assert_eq!(reply.status, 400, "{body}");
        assert!(reply.body.contains("refreshToken"), "{body}");
    }
}

#[test]
fn an_access_token_is_exchanged_for_a_later_one_while_it_holds() {
    let mut scene = Scene::new();
    let access = scene.ann().access;
    scene.now_ms += 800_000;
    let path = "/collections/users/auth-refresh";
    let reply = scene.send(Method::Post, path, Some(&access), Value::Null);
    let later = body(&reply);
    assert_eq!(later["record"]["id"], "annannannannann");
    assert!(later.get("refreshToken").is_none());
    scene.now_ms += 800_000;
    assert_eq!(scene.me(later["token"].as_str().unwrap()), 200);
    for token in [Some(access.as_str()), None] {
        let reply = scene.send(Method::Post, path, token, Value::Null);
        assert_eq!(reply.status, 401, "{token:?}");
    }
}

#[test]
fn exchanged_access_tokens_do_not_outlive_the_session() {
    let mut scene = Scene::new();
    let mut access = scene.ann().access;
    let end_ms = NOW + 3_600_000;
    let sql = format!("UPDATE _sessions SET expires = {}", end_ms / 1000);
    scene.app.sql.execute(&sql, &[]).unwrap();
    loop {
        scene.now_ms += 800_000;
        scene.app.users.forget_all("users");
        let path = "/collections/users/auth-refresh";
        let reply = scene.send(Method::Post, path, Some(&access), Value::Null);
        assert_eq!(reply.status == 200, scene.now_ms < end_ms);
        if reply.status != 200 {
            break;
        }
        access = body(&reply)["token"].as_str().unwrap().into();
    }
}

#[test]
fn logging_out_ends_the_session_by_either_token_expired_or_not() {
    for by_refresh in [true, false] {
        for late in [true, false] {
            let mut scene = Scene::new();
            let (ann, other) = (scene.ann(), scene.ann());
            assert_eq!(scene.me(&ann.access), 200);
            let (token, body) = match by_refresh {
                true => (None, json!({"refreshToken": ann.refresh})),
                false => (Some(ann.access.as_str()), Value::Null),
            };
            if late {
                scene.now_ms += ACCESS_TOKEN_SECONDS * 1000;
            }
            let reply = scene.send(Method::Post, "/auth/users/logout", token, body);
            assert_eq!((reply.status, reply.body.as_str()), (204, ""));
            assert_eq!(scene.me(&ann.access), 401);
            assert_eq!(scene.refresh(&ann.refresh).status, 401);
            assert_eq!(scene.refresh(&other.refresh).status, 200);
        }
    }
}

#[test]
fn logging_out_twice_is_fine_and_without_any_token_is_not() {
    let scene = Scene::new();
    let body = json!({"refreshToken": scene.ann().refresh});
    for _ in 0..2 {
        let reply = scene.send(Method::Post, "/auth/users/logout", None, body.clone());
        assert_eq!(reply.status, 204);
    }
    let reply = scene.send(Method::Post, "/auth/users/logout", None, Value::Null);
    assert_eq!(reply.status, 400);
    let reply = scene.send(
        Method::Post,
        "/auth/users/logout",
        Some("a.b.c"),
        Value::Null,
    );
    assert_eq!(reply.status, 400);
}
