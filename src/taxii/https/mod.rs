//! The bundled transport, over `reqwest` and `rustls`.

mod options;
mod tls;
mod transport;

pub use options::{HttpOptions, Proxy};
pub use tls::{ClientIdentity, Pin, Tls};
pub use transport::HttpTransport;
