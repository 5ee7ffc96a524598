//! Who calls, as every route sees it.

use std::rc::Rc;

use ringfence_schema::Document;

/// The one behind a request.
#[derive(Clone, Debug, Default)]
pub enum Principal {
    /// Nobody we know.
    #[default]
    Anonymous,
    /// An end user of this app.
    User(Rc<User>),
    /// An administrator: bypasses rules, which the log says.
    Admin(Rc<Admin>),
}

/// An end user.
#[derive(Clone, Debug)]
pub struct User {
    /// The auth collection.
    pub collection: String,
    /// Their id in it.
    pub id: String,
    /// Their record as it is now, hidden fields included.
    pub record: Document,
}

/// An administrator.
#[derive(Clone, Debug)]
pub struct Admin {
    /// Their id at their level.
    pub id: String,
    /// For the log and for `_superusers`.
    pub email: String,
}

impl Principal {
    /// Whether rules do not apply.
    pub fn bypasses_rules(&self) -> bool {
        matches!(self, Self::Admin(_))
    }

    /// `users/abc`, `admin/abc` or `anonymous`: for the log and for keys.
    pub fn label(&self) -> String {
        match self {
            Self::Anonymous => "anonymous".to_owned(),
            Self::User(user) => format!("{}/{}", user.collection, user.id),
            Self::Admin(admin) => format!("admin/{}", admin.id),
        }
    }
}
