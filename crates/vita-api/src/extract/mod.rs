//! What a handler takes from a request, checked. A handler that has its arguments knows that they
//! are sane and who asks; there is no other way to learn whose data to look at than [`Creator`],
//! [`Authenticated`], [`Admin`], [`Interactive`], [`Reader`] or [`Command`].

mod body;
mod browser_login;
mod caller;
mod client_addr;
mod command;
mod device;
mod job_state;
mod json;
mod media_query;
mod origin;
mod page;
mod path;
mod precondition;
mod upload;

pub(crate) use caller::{
    Admin, Authenticated, Creator, Interactive, Reader, bearer_token, keep_recognised, recognise,
    recognised, require_scope, verify,
};
pub use client_addr::{AddressBlock, InvalidAddressBlock};

pub(crate) use browser_login::BrowserLogin;
pub(crate) use client_addr::{ClientAddr, is_forwarded};
pub(crate) use command::{ApiJson, Command, NoBody};
pub(crate) use device::ClientDevice;
pub(crate) use job_state::JobStateQuery;
pub(crate) use media_query::MediaQuery;
pub(crate) use origin::RequestOrigin;
pub(crate) use page::PageQuery;
pub(crate) use path::{ApiName, ApiPath};
pub(crate) use precondition::IfMatch;
pub(crate) use upload::{Upload, UploadQuery};
