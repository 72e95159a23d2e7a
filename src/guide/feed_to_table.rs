//! A feed into a table: polls a TAXII collection, writes the rows of its indicators as Parquet
//! files, and resumes where it stopped.
//!
//! ```
//! use std::fs::{self, File};
//! use std::path::Path;
//!
//! use stixkit::Object;
//! use stixkit::reader::Item;
//! use stixkit::row::{Mapper, Row};
//! use stixkit::table::parquet::ParquetWriter;
//! use stixkit::taxii::{Client, Filter, Page, Poller, RootUrl, Transport};
//!
//! type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;
//!
//! /// Writes what is new in a collection to files in a folder. Returns the number of pages.
//! async fn poll<T: Transport>(
//!     client: &Client<T>,
//!     root: &RootUrl,
//!     collection: &str,
//!     mapper: &mut Mapper,
//!     folder: &Path,
//!     mut stop: impl Future<Output = ()> + Unpin,
//! ) -> Result<usize> {
//!     let state = folder.join("state.json");
//!     let mut poller = Poller::objects(root, collection, Filter::new(), client.options());
//!     if state.exists() {
//!         poller = poller.resume(serde_json::from_slice(&fs::read(&state)?)?)?;
//!     }
//!     let mut pages = 0;
//!     loop {
//!         let polled = tokio::select! {
//!             polled = client.poll(&mut poller) => polled?,
//!             () = &mut stop => None,
//!         };
//!         let Some(polled) = polled else { return Ok(pages) };
//!         write(&polled.page, mapper, folder)?;
//!         // From here on, the page does not come again.
//!         poller.acknowledge(polled.ticket);
//!         replace(&state, &serde_json::to_vec(&poller.checkpoint())?)?;
//!         pages += 1;
//!     }
//! }
//!
//! /// Writes the rows of a page to a file of its own.
//! fn write(page: &Page, mapper: &mut Mapper, folder: &Path) -> Result<()> {
//!     let unfinished = folder.join("rows.unfinished");
//!     let mut writer = ParquetWriter::new::<Row>(File::create(&unfinished)?)?;
//!     for object in &page.objects {
//!         match &object.item {
//!             Item::Object(accepted) => match &accepted.object {
//!                 Object::Indicator(indicator) => {
//!                     mapper.map(indicator).rows.iter().try_for_each(|row| writer.write(row))?;
//!                 }
//!                 other => mapper.learn(other),
//!             },
//!             Item::Rejected(rejected) => eprintln!("{}: {}", rejected.position, rejected.error),
//!         }
//!     }
//!     writer.finish()?.sync_all()?;
//!     let number = fs::read_dir(folder)?.count();
//!     Ok(fs::rename(unfinished, folder.join(format!("rows-{number}.parquet")))?)
//! }
//!
//! /// Replaces a file as a whole: after a crash there is the old one or the new one.
//! fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
//!     let new = path.with_extension("new");
//!     fs::write(&new, bytes)?;
//!     File::open(&new)?.sync_all()?;
//!     fs::rename(new, path)
//! }
//! # use stixkit::taxii::{Options, TransportError, Version};
//! # struct Server;
//! # impl Transport for Server {
//! #     async fn send(
//! #         &self, _: http::Request<Vec<u8>>, _: u64,
//! #     ) -> std::result::Result<http::Response<Vec<u8>>, TransportError> {
//! #         let body = br#"{"objects": [{"type": "indicator", "spec_version": "2.1",
//! #             "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "created": "2024-05-01T10:00:00.000Z",
//! #             "modified": "2024-05-01T10:00:00.000Z", "pattern": "[ipv4-addr:value = '192.0.2.1']",
//! #             "pattern_type": "stix", "valid_from": "2024-05-01T10:00:00Z"}]}"#;
//! #         Ok(http::Response::builder()
//! #             .header("Content-Type", "application/taxii+json;version=2.1")
//! #             .header("X-TAXII-Date-Added-First", "2024-05-02T00:00:00.000001Z")
//! #             .header("X-TAXII-Date-Added-Last", "2024-05-02T00:00:00.000001Z")
//! #             .body(body.to_vec()).unwrap())
//! #     }
//! # }
//! # let options = Options::default();
//! # let root = RootUrl::new("https://taxii.example/api1/", Version::V21, &options)?;
//! # let client = Client::new(Server, "https://taxii.example/", options)?;
//! # let folder = std::env::temp_dir().join(format!("stixkit-guide-{}", std::process::id()));
//! # fs::create_dir_all(&folder)?;
//! # let mut mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
//! # let mut run = || {
//! #     tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(poll(
//! #         &client, &root, "91a7b528", &mut mapper, &folder, std::future::pending(),
//! #     ))
//! # };
//! # let first = run();
//! # let second = run();
//! # let files = fs::read_dir(&folder)?.count();
//! # fs::remove_dir_all(&folder)?;
//! # assert_eq!((first?, second?, files), (1, 0, 2));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! With the feature `reqwest`, `Client::over_http(url, options)` makes the client. The API root is
//! one of [`Client::roots`](crate::taxii::Client::roots), and
//! [`Client::find_collection`](crate::taxii::Client::find_collection) finds a collection by its
//! title. `examples/taxii_poll` is this program with options, and with a server to try it on.
//!
//! # The order of the steps
//!
//! The rows are on the disk before the page is acknowledged, and the page is acknowledged before
//! the state is written. If the program ends between two steps, the next run gets the page again.
//! Rows therefore come **at least once**: the column `row_id` is the same both times, and a query
//! keeps one row for each. [`Upserts`](crate::row::Upserts) turns rows into the changes of a table
//! instead.
//!
//! # Ctrl-C
//!
//! The argument `stop` is a future that ends when the program has to. For Ctrl-C, pass
//! `std::pin::pin!(async { _ = tokio::signal::ctrl_c().await })`. Dropping the future of
//! [`Client::poll`](crate::taxii::Client::poll) loses nothing: the page was not acknowledged, so it
//! is requested again. A page that has arrived is written first, because `write` does not wait.
//!
//! # Errors
//!
//! The client itself retries what may succeed later. If
//! [`Client::poll`](crate::taxii::Client::poll) still returns an error, the state file is valid:
//! start again after the wait that a [`Schedule`](crate::taxii::Schedule) returns.
//!
//! # Names that come later
//!
//! The mapper knows the names of organizations, malware and markings from the objects that it has
//! learnt. If these come on a later page, or came in an earlier run, the row contains their
//! identifiers. Keep the objects that are not indicators in a
//! [`Store`](crate::reader::store::Store) next to the state if you need the names in every row. A
//! marking that the mapper does not know is a [doubt](crate::row::Row::doubts) of the row, not a
//! lower level.
