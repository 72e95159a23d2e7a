//! All cores for an input (feature `parallel`).
//!
//! [`Parallel`] cuts an input in memory where an object begins, lets each thread read a part, and
//! joins the results in the order of the input. An input that is not in memory is read by one
//! thread and mapped by the others: see [streams](#streams).
//!
//! ```
//! use stixkit::reader::Parallel;
//! # let bytes = br#"{"type": "bundle", "id": "bundle--0c4a2d5b-6a3c-4d3e-8a51-0a9d3f0f3c11", "objects": [
//! #     {"type": "x-a", "id": "x-a--1"}, {"type": "x-a", "id": "x-a--2"}]}"#;
//!
//! let bundle = Parallel::new().bundle(bytes)?;
//! assert_eq!(bundle.objects().len(), 2);
//! # Ok::<(), stixkit::Error>(())
//! ```
//!
//! # The result is that of one thread
//!
//! Objects, rejections, findings, indexes, offsets, lines and paths are the same as those of
//! [`Reader`](super::Reader), whatever the input is. A cut is a guess. The parts are joined by a
//! reader that knows where it is: it takes over what a thread has read only if it arrives exactly
//! at the start of the part, in front of an element of the same list. Otherwise it discards the
//! part and reads on by itself, so an input whose objects are hard to find is read by one thread.
//! Such misses are counted, and after each of them twice as much is read before the next attempt,
//! so that no input takes more than linear-logarithmic time.
//!
//! # What is read in parallel
//!
//! - The objects of one long list: a bundle, a TAXII envelope, a plain list.
//! - Objects at the top level, on lines of their own or not.
//!
//! A sequence of small bundles is read by one thread, because the members of a bundle belong to it
//! as a whole. So are the bytes after the first one that is not UTF-8, up to the end of its object.
//!
//! # Memory
//!
//! Each thread has one part of [`part_bytes`](Parallel::with_part_bytes) and the objects in it, and
//! as many parts wait to be joined. What has been joined is given to the caller at once. Nothing
//! else grows with the input.
//!
//! # Rows
//!
//! Names of identities and markings may come after the indicators that refer to them, so rows are
//! made in a second step, after the mapper has learnt from all objects:
//!
#![cfg_attr(feature = "rows", doc = "```")]
#![cfg_attr(not(feature = "rows"), doc = "```ignore")]
//! use stixkit::Object;
//! use stixkit::reader::Parallel;
//! use stixkit::row::Mapper;
//! # let bytes = br#"[{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "labels": ["benign"],
//! #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z",
//! #     "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"}]"#;
//!
//! let parallel = Parallel::new();
//! let bundle = parallel.bundle(bytes)?;
//! let mut mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
//! bundle.objects().iter().for_each(|object| mapper.learn(object));
//!
//! // The lines of a part of the objects; the parts come in order.
//! let lines = |objects: &[Object]| -> serde_json::Result<Vec<u8>> {
//!     let mut lines = Vec::new();
//!     for object in objects {
//!         let Object::Indicator(indicator) = object else { continue };
//!         for row in &mapper.map(indicator).rows {
//!             serde_json::to_writer(&mut lines, row)?;
//!             lines.push(b'\n');
//!         }
//!     }
//!     Ok(lines)
//! };
//! let mut output = Vec::new();
//! parallel.map_slice(bundle.objects(), lines, |lines| Ok::<_, serde_json::Error>(output.append(&mut lines?)))?;
//! assert!(String::from_utf8(output)?.contains("192.0.2.1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! If the names do not matter, or are known from an earlier run, [`Parallel::fold`] makes rows
//! while it reads, from views of the indicators. That is faster, and memory does not grow with the
//! input.
//!
//! # Tables
//!
//! Each part writes its rows to a buffer of its own, and the buffers are joined in order. JSON
//! lines need no more than that. For CSV, the parts are written
#![cfg_attr(feature = "csv", doc = "[without a header](crate::table::csv::CsvWriter::without_header):")]
#![cfg_attr(not(feature = "csv"), doc = "without a header (feature `csv`):")]
//!
#![cfg_attr(feature = "csv", doc = "```")]
#![cfg_attr(not(feature = "csv"), doc = "```ignore")]
//! use stixkit::reader::{ItemView, Parallel};
//! use stixkit::row::{Mapper, Row};
//! use stixkit::table::csv::CsvWriter;
//! use stixkit::Error;
//! # let bytes = br#"[{"type": "indicator", "id": "indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f", "labels": ["benign"],
//! #     "created": "2024-05-01T10:00:00.000Z", "modified": "2024-05-01T10:00:00.000Z",
//! #     "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": "2024-05-01T10:00:00Z"}]"#;
//!
//! // The CSV of a part, or why it could not be written.
//! type Part = Result<CsvWriter<Vec<u8>>, Error>;
//!
//! let mapper = Mapper::new("2024-05-20T00:00:00Z".parse::<stixkit::Timestamp>()?).with_source("example");
//! let start = || Ok(CsvWriter::new::<Row>(Vec::new()).without_header());
//! let add = |part: &mut Part, item: ItemView<'_>| {
//!     let (Ok(writer), ItemView::Indicator(view)) = (&mut *part, item) else { return };
//!     if let Err(error) = mapper.map_view(&view).rows.iter().try_for_each(|row| writer.write(row)) {
//!         *part = Err(error);
//!     }
//! };
//! // Without records, a writer writes its header.
//! let mut output = CsvWriter::new::<Row>(Vec::new()).finish()?;
//! Parallel::new().fold(bytes, start, add, |part: Part| {
//!     output.append(&mut part?.finish()?);
//!     Ok::<_, Error>(())
//! })?;
//! let output = String::from_utf8(output)?;
//! assert!(output.starts_with("row_id,") && output.lines().count() == 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! For Arrow, each part makes batches with `table::arrow::Batches`, which the caller writes. The
//! writer of Parquet encodes columns with several threads by itself.
//!
//! # Streams
//!
//! Where a stream's objects begin is known only to the thread that reads it.
//! [`Parallel::map_reader`] is a pipeline: the calling thread reads objects, the others map them.
//! It gains as much as the mapping costs.
//!
//! # Many files
//!
//! [`Parallel::map_each`] takes a list of anything, such as paths, and lets each thread work on one
//! element at a time:
//!
//! ```no_run
//! use stixkit::{Bundle, Error};
//! use stixkit::reader::Parallel;
//!
//! let files = ["january.json", "february.json"];
//! Parallel::new().map_each(&files, |file| Bundle::open(file), |bundle| {
//!     println!("{} objects", bundle?.objects().len());
//!     Ok::<_, Error>(())
//! })?;
//! # Ok::<(), Error>(())
//! ```

mod base;
mod driver;
mod joined;
mod options;
mod pipeline;
mod plan;
mod pool;
mod stretch;
mod work;

pub use options::{Containers, Parallel};
