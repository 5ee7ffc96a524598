//! Passwords to Argon2id hashes and back to a yes or a no.
//!
//! Pure and slow on purpose: the platform runs it in objects of their own, so
//! that no app's object ever waits behind it.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::error::{Error, Result};
use crate::http::{HashJob, HashOutcome, Secret};
use crate::token;

/// OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// What an absent user's password is compared with: random bytes in the form of
/// a hash with the parameters above, so that no password belongs to it.
const ABSENT_USER: &str = "$argon2id$v=19$m=19456,t=2,p=1$/TzXVESRux0eS8igG6BDbA$9HVd1QICzdefCCyDdYfY3aFsc+7KRUQ3NZHYKs5ravs";

/// Does one job. A failure says nothing of the password.
pub fn run(job: &HashJob) -> HashOutcome {
    let outcome = match job {
        HashJob::Hash(password) => hash(password).map(HashOutcome::Hashed),
        HashJob::Verify(password, stored) => {
            verify(password, stored.as_deref()).map(HashOutcome::Verified)
        }
    };
    outcome.unwrap_or(HashOutcome::Failed)
}

fn hash(password: &Secret) -> Result<String> {
    let salt = SaltString::encode_b64(&token::random::<16>()?).map_err(unusable)?;
    argon2()?
        .hash_password(password.expose().as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(unusable)
}

fn verify(password: &Secret, stored: Option<&str>) -> Result<bool> {
    // INVARIANT: nobody learns from the time whether there is such a user: without
    // a stored hash the same work is done against one that nothing belongs to.
    let Some(stored) = stored.filter(|hash| !hash.is_empty()) else {
        let absent = PasswordHash::new(ABSENT_USER).map_err(unusable)?;
        let _ = argon2()?.verify_password(password.expose().as_bytes(), &absent);
        return Ok(false);
    };
    let parsed = PasswordHash::new(stored).map_err(unusable)?;
    match argon2()?.verify_password(password.expose().as_bytes(), &parsed) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(error) => Err(unusable(error)),
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|e| Error::internal(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn unusable(error: argon2::password_hash::Error) -> Error {
    Error::internal(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashed(password: &str) -> String {
        match run(&HashJob::Hash(Secret::new(password))) {
            HashOutcome::Hashed(hash) => hash,
            other => panic!("{other:?}"),
        }
    }

    fn verified(password: &str, stored: Option<&str>) -> HashOutcome {
        run(&HashJob::Verify(
            Secret::new(password),
            stored.map(str::to_owned),
        ))
    }

    #[test]
    fn a_password_belongs_to_its_own_hash_alone() {
        let hash = hashed("correct horse");
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert_eq!(
            verified("correct horse", Some(&hash)),
            HashOutcome::Verified(true)
        );
        assert_eq!(
            verified("correct horsf", Some(&hash)),
            HashOutcome::Verified(false)
        );
        assert_ne!(hash, hashed("correct horse"), "each has its own salt");
    }

    #[test]
    fn nothing_belongs_to_a_user_who_is_not_there_or_has_no_password() {
        assert_eq!(verified("anything", None), HashOutcome::Verified(false));
        assert_eq!(verified("", Some("")), HashOutcome::Verified(false));
    }

    #[test]
    fn an_absent_user_costs_what_a_present_one_costs() {
        let absent = PasswordHash::new(ABSENT_USER).unwrap();
        let present = hashed("x");
        let present = PasswordHash::new(&present).unwrap();
        assert_eq!(absent.params, present.params);
        assert_eq!(absent.algorithm, present.algorithm);
        assert_eq!(absent.version, present.version);
    }

    #[test]
    fn what_is_no_hash_is_a_failure_and_never_a_yes() {
        assert_eq!(verified("x", Some("x")), HashOutcome::Failed);
    }
}
