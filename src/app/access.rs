//! Who may call a route at all. What they then see is for the rules to say.

/// Who may call a route at all; what they then see is up to the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody: the rules, or the credentials in the body, decide.
    Public,
    /// Anybody; the token that came along does not count, valid or not.
    Credentials,
    /// Somebody who signed in.
    SignedIn,
    /// An administrator.
    Admin,
}
