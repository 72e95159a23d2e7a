use crate::Properties;
use crate::object::property::part::part_properties;
use crate::vocab::{SocketAddressFamily, SocketType};

/// The socket that traffic went through: the extension `socket-ext` of network traffic (STIX 2.1
/// section 6.12).
///
/// ```
/// use stixkit::object::SocketExt;
/// use stixkit::vocab::SocketAddressFamily;
///
/// let socket: SocketExt = serde_json::from_str(r#"{
///     "address_family": "AF_INET",
///     "is_listening": true,
///     "options": {"SO_KEEPALIVE": 1},
///     "socket_type": "SOCK_STREAM"
/// }"#)?;
/// assert_eq!(socket.address_family, SocketAddressFamily::Inet);
/// assert_eq!(socket.options.parse::<i64>("SO_KEEPALIVE").transpose()?, Some(1));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SocketExt {
    /// The family of addresses that the socket was set up for.
    pub address_family: SocketAddressFamily,
    /// Whether calls wait until they are done.
    pub is_blocking: Option<bool>,
    /// Whether the socket waits for others to connect.
    pub is_listening: Option<bool>,
    /// The options that were set, by name (`SO_KEEPALIVE`, `TCP_NODELAY` …). The values are whole
    /// numbers; timeouts and `SO_LINGER` are in milliseconds.
    pub options: Properties,
    /// What kind of socket it is.
    pub socket_type: Option<SocketType>,
    /// The number by which the process knows the socket, where sockets are file descriptors.
    pub socket_descriptor: Option<u64>,
    /// The handle or inode that belongs to the socket.
    pub socket_handle: Option<i64>,
    /// The family of protocols that the socket was set up for, for example `PF_INET`. STIX 2.0
    /// only.
    pub protocol_family: Option<String>,
    /// Properties that the standard does not define.
    pub custom: Properties,
}

part_properties!(SocketExt {
    address_family: SocketAddressFamily, is_blocking, is_listening, options, socket_type, socket_descriptor,
    socket_handle, protocol_family [until_20],
});
