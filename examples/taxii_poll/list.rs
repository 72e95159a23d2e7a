//! What a server offers: a line for each collection.

use std::io::{self, Write};

use serde_json::json;
use stixkit::taxii::{Client, Error, HttpTransport, RootUrl};

use crate::run::Failure;
use crate::tell;
use crate::traffic::reason;

/// Writes the collections of all API roots, and what may be done with them. Gives whether all roots showed theirs.
pub(crate) async fn list(client: &Client<HttpTransport>, api_root: Option<&str>) -> Result<bool, Failure> {
    let mut is_whole = true;
    for root in roots(client, api_root).await? {
        match client.collections(&root).await {
            Ok(found) => {
                let url = root.url().as_str();
                if found.collections.is_empty() {
                    tell!("taxii_poll: {url} shows no collections");
                }
                let mut out = io::stdout().lock();
                for it in &found.collections {
                    let line = json!({
                        "api_root": url, "id": it.id, "alias": it.alias, "title": it.title, "can_read": it.can_read,
                        "can_write": it.can_write, "media_types": it.media_types,
                    });
                    writeln!(out, "{line}").map_err(Failure::Output)?;
                }
                out.flush().map_err(Failure::Output)?;
            }
            Err(error) => {
                is_whole = false;
                tell!("taxii_poll: {}: {}", root.url(), reason(&error));
            }
        }
    }
    Ok(is_whole)
}

async fn roots(client: &Client<HttpTransport>, api_root: Option<&str>) -> Result<Vec<RootUrl>, Error> {
    if let Some(root) = api_root {
        return Ok(vec![client.root(root).await?]);
    }
    let mut roots = client.roots().await?;
    if roots.is_empty() {
        roots.push(client.root(client.url().as_str()).await?);
    }
    Ok(roots)
}
