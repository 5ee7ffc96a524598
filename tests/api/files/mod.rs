//! Files of records: what is stored with them, who gets them back, and what becomes
//! of their blobs. The scenarios play the front and the bucket.

mod crashes;
mod front;
mod quotas;
mod reads;
mod thumbs;
mod uploads;
mod verify;
mod writes;
