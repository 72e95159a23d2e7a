use stixkit::matching::event::{Event, Place, Rule, Value};
use stixkit::matching::set::{IndicatorSet, Limits};
use stixkit::row::ValueKind;

/// A snapshot of any bytes: it is refused, or the set that it makes works and is written and read as the same.
///
/// The bytes are also taken for the records of a snapshot whose frame is right, since hardly any other bytes have the
/// right checksum.
pub(crate) fn snapshot(data: &[u8]) {
    let limits = Limits::default().with_max_bytes(1 << 20).with_max_always(10);
    use_set(IndicatorSet::load(data, &limits).ok());
    let mut frame = Vec::new();
    if IndicatorSet::new().save(&mut frame).is_err() {
        return;
    }
    let head = frame.len() - 12;
    // The records of a snapshot are in its second block.
    let block = |start: usize| {
        let length = data.get(start..start + 4)?.try_into().map(u32::from_le_bytes).ok()? as usize;
        data.get(start..start + 12)?;
        Some(start + 12 + length)
    };
    let records = block(12).and_then(|end| data.get(end..)).and_then(|rest| rest.get(12..)).unwrap_or(data);
    let own_head = block(12).and_then(|end| data.get(..end)).filter(|_| data.starts_with(b"STIXSET\n"));
    let head = own_head.unwrap_or(&frame[..head]);
    for count in 0..4_u64 {
        let mut bytes = head.to_vec();
        if !records.is_empty() {
            bytes.extend((records.len() as u32).to_le_bytes());
            bytes.extend(checksum(records).to_le_bytes());
            bytes.extend(records);
        }
        bytes.extend([0; 4]);
        bytes.extend(count.to_le_bytes());
        use_set(IndicatorSet::load(&*bytes, &limits).ok());
    }
}

/// The sum that a block has before it.
fn checksum(bytes: &[u8]) -> u64 {
    let mut sum = bytes.len() as u64;
    let mut mix = |word: &[u8]| {
        let mut padded = [0; 8];
        padded[..word.len()].copy_from_slice(word);
        sum = (sum ^ u64::from_le_bytes(padded)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    };
    bytes.chunks_exact(8).for_each(&mut mix);
    mix(bytes.chunks_exact(8).remainder());
    sum ^ sum >> 32
}

fn use_set(set: Option<IndicatorSet>) {
    let Some(mut set) = set else { return };
    let (mut snapshot, mut again) = (Vec::new(), Vec::new());
    assert!(set.save(&mut snapshot).is_ok());
    let read = IndicatorSet::load(&*snapshot, &Limits::default()).expect("what was written is read");
    assert!(read.save(&mut again).is_ok());
    assert_eq!((snapshot, set.len()), (again, read.len()));
    let place = Place::new("file", "file:name").expect("it is a path");
    let rule = Rule::new("name", place).with_kind(ValueKind::Name);
    let values = [Value::new(&rule, "evil.exe")];
    set.scanner().event(&Event::new(&values), |hit| assert!(!format!("{hit:?}").is_empty()));
    for record in read.iter() {
        assert!(!format!("{record:?}").is_empty());
        set.remove(&record.id());
    }
    assert!(set.is_empty());
    set.compact();
    assert_eq!(set.stats().terms, 0);
}
