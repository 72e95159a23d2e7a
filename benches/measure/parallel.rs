//! What two threads gain.

use std::any::Any;
use std::io::{self, Write};

use serde::de::IgnoredAny;
use stixkit::reader::{Item, ItemView, Parallel};
use stixkit::row::Mapper;
#[cfg(feature = "csv")]
use stixkit::row::Row;
#[cfg(feature = "csv")]
use stixkit::table::csv::CsvWriter;
use stixkit::{Error, Object, Reader};

use super::{mapper, once, rounds, row};

/// Prints a line for each work. The reference is one thread that skips the bytes.
pub(super) fn measure(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    /// What it returns is dropped outside of the time.
    type Run = fn(Parallel, &Mapper, &[u8]) -> Box<dyn Any>;
    let works: &[(&str, Run, [&str; 2])] = &[
        ("`Bundle`", |parallel, _, bytes| Box::new(parallel.bundle(bytes).ok()), ["1.7", "1.5"]),
        ("bytes to rows", |parallel, mapper, bytes| Box::new(fold_rows(parallel, mapper, bytes)), ["1.5", "1.2"]),
        (
            "stream to rows of objects",
            |parallel, mapper, bytes| Box::new(stream_rows(parallel, mapper, bytes)),
            ["", ""],
        ),
        #[cfg(feature = "csv")]
        (
            "bytes to CSV of core rows",
            |parallel, mapper, bytes| Box::new(fold_csv(parallel, mapper, bytes)),
            ["2.6", "2.0"],
        ),
    ];
    let (parallel, mapper) = (Parallel::new().with_threads(2), mapper());
    let (mut skip, mut best) = (f64::MAX, vec![f64::MAX; works.len()]);
    for _ in 0..rounds() {
        skip = skip.min(once(&mut || serde_json::from_slice::<IgnoredAny>(bytes).is_ok()));
        for (best, (_, run, _)) in best.iter_mut().zip(works) {
            *best = best.min(once(&mut || run(parallel, &mapper, bytes)));
        }
    }
    for ((what, _, [must, aim]), time) in works.iter().zip(best) {
        row(out, &format!("feed of 50,000, two threads: {what} / IgnoredAny"), time, skip, must, aim)?;
    }
    Ok(())
}

fn fold_rows(parallel: Parallel, mapper: &Mapper, bytes: &[u8]) -> usize {
    let add = |rows: &mut usize, item: ItemView<'_>| match item {
        ItemView::Indicator(view) => *rows += mapper.map_view(&view).rows.len(),
        ItemView::Object(_) | ItemView::Rejected(_) => {}
    };
    let mut count = 0;
    let counted = parallel.fold(
        bytes,
        || 0,
        add,
        |rows| {
            count += rows;
            Ok::<_, Error>(())
        },
    );
    counted.map_or(0, |_| count)
}

fn stream_rows(parallel: Parallel, mapper: &Mapper, bytes: &[u8]) -> usize {
    let rows = |item: &Item| match item {
        Item::Object(accepted) => match &accepted.object {
            Object::Indicator(indicator) => mapper.map(indicator).rows.len(),
            _ => 0,
        },
        Item::Rejected(_) => 0,
    };
    let mut count = 0;
    let counted = parallel.map_reader(
        Reader::from_reader(bytes),
        |items| items.iter().map(rows).sum::<usize>(),
        |rows| {
            count += rows;
            Ok::<_, Error>(())
        },
    );
    counted.map_or(0, |_| count)
}

#[cfg(feature = "csv")]
fn fold_csv(parallel: Parallel, mapper: &Mapper, bytes: &[u8]) -> usize {
    type Part = Result<CsvWriter<Vec<u8>>, Error>;
    let add = |part: &mut Part, item: ItemView<'_>| {
        let (Ok(writer), ItemView::Indicator(view)) = (&mut *part, item) else { return };
        if let Err(error) = mapper.map_view(&view).rows.iter().try_for_each(|row| writer.write(row)) {
            *part = Err(error);
        }
    };
    let mut count = 0;
    let start = || Ok(CsvWriter::new::<Row<'_>>(Vec::new()).without_header());
    let written = parallel.fold(bytes, start, add, |part: Part| {
        count += part?.finish()?.len();
        Ok::<_, Error>(())
    });
    written.map_or(0, |_| count)
}
