//! Which part of a list is asked for: a page by number, or what follows a cursor.

use super::Params;
use super::cursor::Cursor;
use crate::error::{Code, Error, Result};
use crate::limits;

/// `page` and `perPage`, counting from 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Page {
    /// Which.
    pub number: u32,
    /// Records on it, already capped: `getFullList` of PocketBase's client
    /// stops unless the reply repeats what was really used.
    pub size: u32,
    /// Whether to count all records.
    pub total: bool,
}

/// The part of a list that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A page by its number.
    Page(Page),
    /// `cursor` and `limit`: what follows a record, whatever was written since.
    After {
        /// The last record of the part before; `None` begins.
        cursor: Option<Cursor>,
        /// The most records to give.
        size: u32,
    },
}

impl Page {
    /// From the query parameters.
    pub fn read(params: &Params) -> Result<Self> {
        Ok(Self {
            number: page_number(params)?,
            size: page_size(params)?,
            total: !params.switch("skipTotal")?,
        })
    }
}

impl Part {
    /// From the query parameters.
    pub fn read(params: &Params) -> Result<Self> {
        let by_cursor = params.has("cursor") || params.has("limit");
        if !by_cursor {
            return Page::read(params).map(Self::Page);
        }
        if let Some(name) = ["page", "perPage", "skipTotal"]
            .into_iter()
            .find(|n| params.has(n))
        {
            return Err(Error::new(
                Code::BadRequest,
                format!("{name} does not go with cursor and limit; use one way of paging."),
            ));
        }
        Ok(Self::After {
            cursor: params.get("cursor").map(Cursor::read).transpose()?,
            size: at_most(whole(params, "limit")?),
        })
    }

    /// The most records to give.
    pub fn size(&self) -> u32 {
        match self {
            Self::Page(page) => page.size,
            Self::After { size, .. } => *size,
        }
    }
}

// As PocketBase: what is below 1 counts as not said.
fn page_number(params: &Params) -> Result<u32> {
    Ok(number(params, "page")?
        .filter(|number| *number > 0)
        .unwrap_or(1))
}

fn page_size(params: &Params) -> Result<u32> {
    let said = number(params, "perPage")?.filter(|size| *size > 0);
    Ok(at_most(said))
}

fn at_most(size: Option<u32>) -> u32 {
    size.map_or(limits::PAGE_DEFAULT, |size| size.min(limits::PAGE_RECORDS))
}

/// A whole number; below 0 it is 0.
fn number(params: &Params, name: &str) -> Result<Option<u32>> {
    let Some(text) = params.get(name) else {
        return Ok(None);
    };
    text.parse::<i64>()
        .ok()
        .and_then(|number| u32::try_from(number.max(0)).ok())
        .map(Some)
        .ok_or_else(|| not_whole(name, text))
}

fn whole(params: &Params, name: &str) -> Result<Option<u32>> {
    match number(params, name)? {
        Some(0) => Err(not_whole(name, params.get(name).unwrap_or_default())),
        other => Ok(other),
    }
}

fn not_whole(name: &str, text: &str) -> Error {
    Error::new(
        Code::BadRequest,
        format!("{name} is a whole number from 1, not {text:?}."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Part> {
        Part::read(&Params::parse(query).unwrap())
    }

    #[test]
    fn a_page_has_pocketbases_defaults_and_our_cap() {
        let page = |number, size, total| {
            Part::Page(Page {
                number,
                size,
                total,
            })
        };
        assert_eq!(read("").unwrap(), page(1, 30, true));
        assert_eq!(
            read("page=3&perPage=5000&skipTotal=1").unwrap(),
            page(3, 1000, false)
        );
        assert_eq!(read("page=0&perPage=-5").unwrap(), page(1, 30, true));
        assert_eq!(read("page=-1&perPage=0").unwrap(), page(1, 30, true));
    }

    #[test]
    fn a_bad_number_is_refused_by_name() {
        for (query, name) in [
            ("page=one", "page"),
            ("perPage=ten", "perPage"),
            ("page=99999999999", "page"),
            ("limit=-1", "limit"),
            ("limit=0", "limit"),
            ("cursor=&perPage=3", "perPage"),
            ("skipTotal=perhaps", "skipTotal"),
        ] {
            let message = read(query).unwrap_err().message;
            assert!(message.contains(name), "{query}: {message}");
        }
    }

    #[test]
    fn a_limit_alone_begins_a_walk_by_cursor() {
        assert_eq!(
            read("limit=7").unwrap(),
            Part::After {
                cursor: None,
                size: 7
            }
        );
    }
}
