//! Gets all objects of a TAXII collection. Without arguments it asks a small server of its own.
//!
//! `cargo run --features reqwest --example poll [URL COLLECTION USER PASSWORD]`

#[path = "taxii_poll/sample.rs"]
mod sample;
#[path = "taxii_poll/server.rs"]
mod server;
mod usage;

use std::io::{ErrorKind, Write};

use stixkit::taxii::{Client, Credentials, Filter, Options};

async fn poll(url: &str, collection: &str, credentials: Credentials) -> Result<usize, Box<dyn std::error::Error>> {
    // Over plain HTTP only to this machine: on the way to others, anyone could read the password.
    let allow_http = url.parse().into_iter().filter(|_| url.starts_with("http://127.0.0.1:"));
    let options = Options::default().with_allow_http(allow_http);
    let client = Client::over_http(url, options)?.with_credentials(credentials);
    let root = client.roots().await?.into_iter().next().ok_or("the server has no API root")?;
    let collection = client.find_collection(&root, collection).await?;
    let mut pages = client.objects(&root, &collection.id, Filter::new());
    let mut count = 0;
    while let Some(page) = pages.next_page().await? {
        count += page.objects.len();
    }
    Ok(count)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if usage::is_asked("usage: poll [URL COLLECTION USER PASSWORD]") {
        return Ok(());
    }
    let own = server::start(0)?;
    // No URL, name or password has other characters, and a server would refuse it.
    let arguments: Vec<_> =
        std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let argument = |number: usize, own: &'static str| arguments.get(number).map_or(own, String::as_str).to_owned();
    let credentials = Credentials::basic(argument(2, server::USER), argument(3, server::PASSWORD));
    let url = arguments.first().unwrap_or(&own);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let count = runtime.block_on(poll(url, &argument(1, server::COLLECTION), credentials))?;
    match writeln!(std::io::stdout(), "{count} objects") {
        // Whoever reads the output has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}
