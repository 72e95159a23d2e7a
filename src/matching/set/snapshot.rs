//! The form in which a set is kept in a file.
//!
//! A header, blocks and an end, all numbers little-endian:
//!
//! | part | content |
//! |---|---|
//! | header | the eight bytes `STIXSET\n`, the version of the form |
//! | block | the length of what follows, its checksum, records |
//! | end | a block of length zero, how many records there were |
//!
//! The first block has the options, the sources and the keys instead of records. Tables are built anew when a set is
//! loaded: with another seed, and from values that were checked one by one.

use std::io::{Read, Write};

use super::draft::is_placeholder;
use super::input::Input;
use super::key::{Form, Key, Keys, Role};
use super::limits::Limits;
use super::options::{SetOptions, Subdomains, Urls};
use super::packed::{HAS_OTHER_ID, IS_DEAD, IS_SEVERAL, Nanos, Packed};
use super::residual::Residual;
use super::snapshot_error::{SnapshotError, SnapshotErrorKind};
use super::store::{NewRecord, Store};
use super::term::NONE;
use crate::Identifier;
use crate::row::{Direction, ValueKind};

const MAGIC: &[u8; 8] = b"STIXSET\n";
const VERSION: u32 = 1;

/// A block ends after the record with which it reaches this length.
const BLOCK: usize = 1 << 18;

/// Records, terms of each form, and bytes of values, so that tables are made at once.
type Counts = [u64; 2 + Form::ALL.len()];

pub(super) fn save(store: &Store, mut writer: impl Write) -> Result<(), SnapshotError> {
    let write = |writer: &mut dyn Write, bytes: &[u8]| writer.write_all(bytes).map_err(SnapshotError::io);
    write(&mut writer, MAGIC)?;
    write(&mut writer, &VERSION.to_le_bytes())?;
    let mut block = Vec::with_capacity(BLOCK + BLOCK / 4);
    head(store, &mut block);
    write_block(&mut writer, &mut block)?;
    let mut records = 0_u64;
    for (number, packed) in store.records.iter() {
        record(store, number, packed, &mut block);
        records += 1;
        if block.len() >= BLOCK {
            write_block(&mut writer, &mut block)?;
        }
    }
    if !block.is_empty() {
        write_block(&mut writer, &mut block)?;
    }
    write(&mut writer, &0_u32.to_le_bytes())?;
    write(&mut writer, &records.to_le_bytes())?;
    writer.flush().map_err(SnapshotError::io)
}

fn write_block(writer: &mut dyn Write, block: &mut Vec<u8>) -> Result<(), SnapshotError> {
    // OK because values are shorter than 4 GiB, and so are patterns that were parsed.
    let length = u32::try_from(block.len()).map_err(|_| SnapshotError::new(SnapshotErrorKind::TooLarge))?;
    for bytes in [&length.to_le_bytes()[..], &checksum(block).to_le_bytes(), block] {
        writer.write_all(bytes).map_err(SnapshotError::io)?;
    }
    block.clear();
    Ok(())
}

/// A sum that tells damage, not malice.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(FACTOR).rotate_left(29);
    let (words, rest) = bytes.as_chunks();
    let sum = words.iter().fold(bytes.len() as u64, |sum, word| mix(sum, u64::from_le_bytes(*word)));
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let sum = mix(sum, u64::from_le_bytes(last));
    sum ^ sum >> 32
}

fn head(store: &Store, out: &mut Vec<u8>) {
    let options = &store.options;
    out.push(u8::from(options.subdomains() == Subdomains::BelowRegistrable));
    out.push(u8::from(options.urls() == Urls::Prefixes));
    out.push(u8::from(options.folds_case()));
    out.push(u8::from(options.derives()));
    out.extend((options.max_always() as u64).to_le_bytes());
    let mut counts: Counts = [0; 2 + Form::ALL.len()];
    for (number, _) in store.records.iter() {
        counts[0] += 1;
        for term in store.terms_of(number).map(|term| store.values.term(term)) {
            let form = store.keys.get(term.key).form;
            counts[1] += store.values.bytes(term, form).get().len() as u64;
            counts[2 + form as usize] += 1;
        }
    }
    counts.iter().for_each(|count| out.extend(count.to_le_bytes()));
    out.extend((store.records.sources().len() as u32).to_le_bytes());
    store.records.sources().iter().for_each(|source| text(source.as_bytes(), out));
    out.extend((store.keys.iter().len() as u32).to_le_bytes());
    for key in store.keys.iter() {
        let direction = match key.direction {
            None => 0,
            Some(Direction::Src) => 1,
            Some(Direction::Dst) => 2,
        };
        out.extend([key.form as u8, key.role as u8, direction]);
        text(key.kind.as_str().as_bytes(), out);
        text(key.path.as_bytes(), out);
    }
}

fn text(text: &[u8], out: &mut Vec<u8>) {
    match u8::try_from(text.len()) {
        Ok(length) if length < u8::MAX => out.push(length),
        _ => {
            out.push(u8::MAX);
            out.extend((text.len() as u32).to_le_bytes());
        }
    }
    out.extend(text);
}

fn record(store: &Store, number: u32, packed: &Packed, out: &mut Vec<u8>) {
    out.extend(packed.source.to_le_bytes());
    out.extend(packed.bits.to_le_bytes());
    for nanos in [packed.modified, packed.from, packed.until] {
        out.extend(nanos.get().to_le_bytes());
    }
    if packed.is(HAS_OTHER_ID) {
        store.records.id(packed).with_text(|id| text(id.as_bytes(), out));
    } else {
        out.extend(packed.id);
    }
    let types = store.always.types(number).unwrap_or_default();
    out.push(u8::from(packed.pattern != NONE));
    if let Some(pattern) = store.pattern(packed.pattern) {
        text(pattern.as_bytes(), out);
        out.extend((types.len() as u32).to_le_bytes());
        types.iter().for_each(|object_type| text(object_type.as_bytes(), out));
    }
    let terms = store.terms_of(number);
    match u8::try_from(terms.len()) {
        Ok(length) if length < u8::MAX => out.push(length),
        _ => {
            out.push(u8::MAX);
            out.extend((terms.len() as u32).to_le_bytes());
        }
    }
    for term in terms.map(|term| store.values.term(term)) {
        out.extend(term.key.to_le_bytes());
        text(store.values.bytes(term, store.keys.get(term.key).form).get(), out);
    }
}

pub(super) fn load(reader: impl Read, limits: &Limits) -> Result<Store, SnapshotError> {
    let mut blocks = Blocks { reader, left: limits.max_bytes(), block: Vec::new() };
    let header: [u8; 12] = blocks.array()?;
    let (magic, version) = header.split_at(MAGIC.len());
    if magic != MAGIC {
        return Err(SnapshotError::new(SnapshotErrorKind::NotASnapshot));
    }
    if version != VERSION.to_le_bytes() {
        return Err(SnapshotError::new(SnapshotErrorKind::OtherVersion));
    }
    let corrupt = || SnapshotError::new(SnapshotErrorKind::Corrupt);
    if !blocks.next()? {
        return Err(corrupt());
    }
    let (mut store, sources) = read_head(&mut Input::new(&blocks.block), limits)?;
    let mut records = 0_u64;
    let mut loader = Loader { store: &mut store, sources: &sources, limits };
    while blocks.next()? {
        let mut input = Input::new(&blocks.block);
        while !input.is_empty() {
            loader.record(&mut input)?;
            records += 1;
        }
    }
    if u64::from_le_bytes(blocks.array()?) != records {
        return Err(corrupt());
    }
    Ok(store)
}

/// Reads blocks and checks them.
struct Blocks<R> {
    reader: R,
    /// How many bytes may be read.
    left: u64,
    block: Vec<u8>,
}

impl<R: Read> Blocks<R> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        let mut bytes = [0; N];
        self.take(N as u64)?;
        self.reader.read_exact(&mut bytes).map_err(SnapshotError::io)?;
        Ok(bytes)
    }

    fn take(&mut self, bytes: u64) -> Result<(), SnapshotError> {
        let left = self.left.checked_sub(bytes);
        self.left = left.ok_or_else(|| SnapshotError::new(SnapshotErrorKind::TooLarge))?;
        Ok(())
    }

    /// Reads the next block, or returns `false` at the end.
    fn next(&mut self) -> Result<bool, SnapshotError> {
        let length = u32::from_le_bytes(self.array()?);
        if length == 0 {
            return Ok(false);
        }
        let sum = u64::from_le_bytes(self.array()?);
        self.take(length.into())?;
        self.block.clear();
        // Room is made for bytes that are there, whatever the length says.
        let read = (&mut self.reader).take(length.into()).read_to_end(&mut self.block).map_err(SnapshotError::io)?;
        if read != length as usize || checksum(&self.block) != sum {
            return Err(SnapshotError::new(SnapshotErrorKind::Corrupt));
        }
        Ok(true)
    }
}

fn read_head(input: &mut Input<'_>, limits: &Limits) -> Result<(Store, Vec<u16>), SnapshotError> {
    let corrupt = || SnapshotError::new(SnapshotErrorKind::Corrupt);
    let [subdomains, urls, folds_case, derives] = [input.flag()?, input.flag()?, input.flag()?, input.flag()?];
    let max_always = usize::try_from(input.u64()?).unwrap_or(usize::MAX);
    let options = SetOptions::default()
        .with_subdomains(if subdomains { Subdomains::BelowRegistrable } else { Subdomains::Never })
        .with_urls(if urls { Urls::Prefixes } else { Urls::Normalized })
        .with_folded_case(folds_case)
        .with_derived(derives)
        .with_max_always(max_always.min(limits.max_always()));
    let mut counts: Counts = [0; 2 + Form::ALL.len()];
    for count in &mut counts {
        *count = input.u64()?;
    }
    if counts[0] > limits.max_records() as u64 {
        return Err(SnapshotError::new(SnapshotErrorKind::TooLarge));
    }
    let mut store = Store::new(options);
    // What the numbers promise is not sure to follow.
    let most = MOST_RESERVED.min(limits.max_bytes() / 16);
    let room = |count: u64| usize::try_from(count.min(most)).unwrap_or(0);
    let (mut terms, mut left) = ([0; Form::ALL.len()], most);
    for (terms, count) in terms.iter_mut().zip(&counts[2..]) {
        *terms = room((*count).min(left));
        left -= *terms as u64;
    }
    store.reserve(room(counts[0]), &terms, room(counts[1] / 32) * 32);
    let mut sources = Vec::new();
    for _ in 0..input.u32()? {
        sources.push(store.records.source_number(input.str()?).ok_or_else(corrupt)?);
    }
    for number in 0..input.u32()? {
        let form = Form::ALL.get(usize::from(input.u8()?)).copied().ok_or_else(corrupt)?;
        let role = Role::ALL.get(usize::from(input.u8()?)).copied().ok_or_else(corrupt)?;
        let direction = match input.u8()? {
            0 => None,
            1 => Some(Direction::Src),
            2 => Some(Direction::Dst),
            _ => return Err(corrupt()),
        };
        let name = input.str()?;
        let kind = ValueKind::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or_else(corrupt)?;
        let path = input.str()?;
        let key = Key { form, kind, direction, role, path };
        let Store { keys, seed, .. } = &mut store;
        if keys.number(&key, seed).map(u32::from) != Some(number) {
            return Err(corrupt());
        }
    }
    if !input.is_empty() {
        return Err(corrupt());
    }
    Ok((store, sources))
}

/// Memory for more records or values is taken when they come.
const MOST_RESERVED: u64 = 3 << 19;

struct Loader<'l> {
    store: &'l mut Store,
    sources: &'l [u16],
    limits: &'l Limits,
}

impl Loader<'_> {
    fn record(&mut self, input: &mut Input<'_>) -> Result<(), SnapshotError> {
        let corrupt = || SnapshotError::new(SnapshotErrorKind::Corrupt);
        let source = *self.sources.get(usize::from(input.u16()?)).ok_or_else(corrupt)?;
        let bits = input.u16()?;
        let [modified, from, until] = [input.i64()?, input.i64()?, input.i64()?].map(Nanos::new);
        let id = if bits & HAS_OTHER_ID != 0 {
            Identifier::from(input.str()?)
        } else {
            Identifier::new(crate::Kind::Indicator, uuid::Uuid::from_bytes(input.array()?))
        };
        let pattern = if input.flag()? { Some(input.str()?) } else { None };
        let mut types: Vec<Box<str>> = Vec::new();
        if pattern.is_some() {
            for _ in 0..input.u32()? {
                types.push(input.str()?.into());
            }
        }
        if self.store.records.len() >= self.limits.max_records() {
            return Err(SnapshotError::new(SnapshotErrorKind::TooLarge));
        }
        if bits & IS_DEAD != 0 {
            return Err(corrupt());
        }
        if bits & IS_SEVERAL != 0 && pattern.is_none() {
            return Err(corrupt());
        }
        let packed = Packed {
            id: [0; 16],
            modified,
            from,
            until,
            first_term: 0,
            pattern: NONE,
            source,
            bits: bits & !HAS_OTHER_ID,
        };
        let number = self.store.push(NewRecord { packed, id: &id, pattern }).ok_or_else(corrupt)?;
        let terms = match input.u8()? {
            u8::MAX => input.u32()?,
            count => count.into(),
        };
        for _ in 0..terms {
            self.term(number, pattern.is_some(), input)?;
        }
        if let Some(pattern) = pattern.filter(|_| !types.is_empty()) {
            if self.store.always.len() >= self.store.options.max_always() {
                return Err(SnapshotError::new(SnapshotErrorKind::TooLarge));
            }
            let residual = Residual::of_text(pattern).map_err(|_| corrupt())?;
            self.store.always.insert(number, residual, types);
        }
        Ok(())
    }

    fn term(&mut self, record: u32, has_pattern: bool, input: &mut Input<'_>) -> Result<(), SnapshotError> {
        let corrupt = || SnapshotError::new(SnapshotErrorKind::Corrupt);
        let number = input.u16()?;
        let value = input.bytes()?;
        let key = key(&self.store.keys, number).ok_or_else(corrupt)?;
        let form = key.form;
        if (key.role == Role::Anchor && !has_pattern) || !is_value(form, value) {
            return Err(corrupt());
        }
        if !self.store.add(record, number, form, value) {
            return Err(corrupt());
        }
        Ok(())
    }
}

fn key(keys: &Keys, number: u16) -> Option<&Key> {
    keys.iter().nth(usize::from(number))
}

/// Whether bytes are a value of a form.
fn is_value(form: Form, value: &[u8]) -> bool {
    match form {
        Form::Ipv4 => value.len() == 5 && value[4] <= 32,
        Form::Ipv6 => value.len() == 17 && value[16] <= 128,
        Form::Digest => !value.is_empty() && value.len() <= super::digest::LONGEST,
        Form::Domain | Form::Url | Form::Text => std::str::from_utf8(value).is_ok_and(|text| !is_placeholder(text)),
        Form::Within | Form::Start | Form::End => value.is_ascii(),
    }
}
