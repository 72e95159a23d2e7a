//! Reading numbers and text from a block of a snapshot.

use super::snapshot_error::{SnapshotError, SnapshotErrorKind};

/// What is left of a block.
pub(super) struct Input<'b>(&'b [u8]);

impl<'b> Input<'b> {
    pub(super) fn new(block: &'b [u8]) -> Self {
        Self(block)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[inline]
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        let (array, rest) = self.0.split_first_chunk().ok_or_else(corrupt)?;
        self.0 = rest;
        Ok(*array)
    }

    pub(super) fn u8(&mut self) -> Result<u8, SnapshotError> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Result<u16, SnapshotError> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, SnapshotError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, SnapshotError> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn i64(&mut self) -> Result<i64, SnapshotError> {
        self.array().map(i64::from_le_bytes)
    }

    pub(super) fn flag(&mut self) -> Result<bool, SnapshotError> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(corrupt()),
        }
    }

    /// Bytes after their length, which is one byte if it is less than 255.
    #[inline]
    pub(super) fn bytes(&mut self) -> Result<&'b [u8], SnapshotError> {
        let length = match self.u8()? {
            u8::MAX => self.u32()? as usize,
            length => length.into(),
        };
        let (bytes, rest) = self.0.split_at_checked(length).ok_or_else(corrupt)?;
        self.0 = rest;
        Ok(bytes)
    }

    pub(super) fn str(&mut self) -> Result<&'b str, SnapshotError> {
        std::str::from_utf8(self.bytes()?).map_err(|_| corrupt())
    }
}

fn corrupt() -> SnapshotError {
    SnapshotError::new(SnapshotErrorKind::Corrupt)
}
