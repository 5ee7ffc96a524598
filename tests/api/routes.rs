//! Every route without credentials: what is public answers by its rules, the rest
//! asks for a sign-in.

use ringfence::app::access::Access;
use ringfence::app::files;
use ringfence::app::routes::{self, Route};
use ringfence::app::users::Action;
use ringfence::http::Method;
use serde_json::json;

use crate::world::{NOBODY, world};

/// Each route: a request for it and the status that a stranger gets. The match
/// makes the compiler ask for a new one.
fn stranger_gets(route: &Route) -> u16 {
    match route {
        Route::ListRecords(_) | Route::CountRecords(_) => 200,
        Route::CreateRecord(_) => 403,
        Route::ViewRecord(..) | Route::UpdateRecord(..) | Route::DeleteRecord(..) => 404,
        Route::UpdateRecords(_) | Route::DeleteRecords(_) | Route::Batch => 400,
        Route::ListCollections
        | Route::ViewCollection(_)
        | Route::ExplainRule
        | Route::TestRules => 401,
        Route::Files(action) => match action {
            files::Action::Read(..) => 404,
            files::Action::Token
            | files::Action::Announce
            | files::Action::Upload(_)
            | files::Action::PutWhole(_)
            | files::Action::PutPart(..)
            | files::Action::Complete(_)
            | files::Action::Cancel(_)
            | files::Action::Verify => 401,
        },
        Route::Users(action, _) => match action {
            // Their credentials are in the body, and here there are none.
            Action::Register | Action::LogIn | Action::Refresh | Action::LogOut => 400,
            Action::Methods => 200,
            Action::RefreshAccess | Action::Me => 401,
        },
    }
}

const REQUESTS: [&str; 30] = [
    "GET /collections",
    "GET /collections/tasks",
    "GET /collections/tasks/records",
    "GET /collections/tasks/records/count",
    "POST /collections/teams/records",
    "GET /collections/tasks/records/abcdefghijklmno",
    "PATCH /collections/tasks/records/abcdefghijklmno",
    "DELETE /collections/tasks/records/abcdefghijklmno",
    "PATCH /collections/tasks/records",
    "DELETE /collections/tasks/records",
    "POST /batch",
    "POST /rules/explain",
    "POST /rules/test",
    "GET /files/users/abcdefghijklmno/me.png",
    "POST /files/token",
    "POST /files/uploads",
    "GET /files/uploads/abc",
    "PUT /files/uploads/abc",
    "PUT /files/uploads/abc/parts/1",
    "POST /files/uploads/abc/complete",
    "DELETE /files/uploads/abc",
    "POST /files/verify",
    "POST /auth/users/register",
    "POST /auth/users/login",
    "POST /collections/users/auth-with-password",
    "POST /auth/users/refresh",
    "POST /collections/users/auth-refresh",
    "POST /auth/users/logout",
    "GET /auth/users/me",
    "GET /collections/users/auth-methods",
];

#[test]
fn strangers_get_what_the_table_says() {
    let world = world();
    for request in REQUESTS {
        let (method, path) = request.split_once(' ').unwrap();
        let route = routes::find(Method::parse(method).unwrap(), path).unwrap();
        let expected = stranger_gets(&route);
        let guarded = matches!(routes::access(&route), Access::SignedIn | Access::Admin);
        assert!(!guarded || expected == 401, "{request} needs a sign-in");
        let ask = world
            .ask(NOBODY, request)
            .json(json!({"name": "Team", "slug": "team", "owner": "abcdefghijklmno"}));
        ask.expect(expected, &["!Internal"]);
    }
}

#[test]
fn a_wrong_method_is_told_the_right_ones() {
    let world = world();
    for (request, allowed) in [
        ("PUT /collections/tasks/records", "GET, POST, PATCH, DELETE"),
        (
            "POST /collections/tasks/records/abcdefghijklmno",
            "GET, PATCH, DELETE",
        ),
        ("DELETE /collections/tasks/records/count", "GET"),
        ("GET /batch", "POST"),
        ("POST /collections", "GET"),
        ("PATCH /collections/tasks", "GET"),
    ] {
        world
            .ask(NOBODY, request)
            .expect(405, &["method_not_allowed", allowed]);
    }
    for path in [
        "/",
        "/collections/tasks/fields",
        "/collections/tasks/records/a/b",
        "/%FF",
    ] {
        let status = world.ask(NOBODY, &format!("GET {path}")).reply().status;
        assert!(status == 404 || status == 400, "{path}: {status}");
    }
}
