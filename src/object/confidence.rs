//! Confidence, and the scales of the standard's appendix A.
//!
//! The standard writes confidence as a number from 0 to 100. Analysts use scales of a few words,
//! and appendix A of STIX 2.1 defines which number each word has and which word each number has.
//! Each scale here is an enumeration that converts to [`Confidence`] and back:
//!
//! | scale | |
//! |---|---|
//! | None, Low, Med, High | [`NoneLowMedHigh`] |
//! | 0 to 10 | [`Confidence::from_ten`], [`Confidence::to_ten`] |
//! | Admiralty Credibility | [`Admiralty`] |
//! | Words of Estimative Probability | [`Wep`] |
//! | DNI Scale | [`Dni`] |
//!
//! ```
//! use stixkit::Timestamp;
//! use stixkit::object::confidence::{Admiralty, Confidence, NoneLowMedHigh};
//! use stixkit::object::Malware;
//!
//! let mut malware = Malware::new(Timestamp::now(), "Poison Ivy", true);
//! malware.common.confidence = Some(Confidence::from(Admiralty::ProbablyTrue).get());
//! assert_eq!(malware.common.confidence, Some(70));
//!
//! let confidence = Confidence::new(70).expect("at most 100");
//! assert_eq!(NoneLowMedHigh::from(confidence), NoneLowMedHigh::High);
//! ```

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind};

/// A confidence from 0 to 100 (STIX 2.1 section 3.2). Absence is not 0: it means that the producer
/// did not say.
///
/// ```
/// use stixkit::object::Confidence;
///
/// assert_eq!(Confidence::new(85).map(Confidence::get), Some(85));
/// assert_eq!(Confidence::new(101), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Confidence(u8);

impl Confidence {
    /// Returns a confidence; `None` if the number is larger than 100.
    pub const fn new(value: u8) -> Option<Self> {
        if value <= 100 { Some(Self(value)) } else { None }
    }

    /// Returns the number.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Returns the confidence of a number from 0 to 10; `None` if it is larger.
    ///
    /// ```
    /// use stixkit::object::Confidence;
    ///
    /// assert_eq!(Confidence::from_ten(7), Confidence::new(70));
    /// assert_eq!(Confidence::new(64).map(Confidence::to_ten), Some(6));
    /// ```
    pub const fn from_ten(value: u8) -> Option<Self> {
        if value <= 10 { Some(Self(10 * value)) } else { None }
    }

    /// Returns the number from 0 to 10 in whose range the confidence is.
    pub const fn to_ten(self) -> u8 {
        (self.0 + 5) / 10
    }
}

impl TryFrom<u8> for Confidence {
    type Error = Error;

    /// Returns an error of kind [`ErrorKind::InvalidProperty`] if the number is larger than 100.
    fn try_from(value: u8) -> Result<Self, Error> {
        let error = || Error::new(ErrorKind::InvalidProperty).with_detail(format!("a confidence of {value}"));
        Self::new(value).ok_or_else(error)
    }
}

impl From<Confidence> for u8 {
    fn from(confidence: Confidence) -> Self {
        confidence.0
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A scale: its words from the lowest to the highest, with the number of each and the end of its
/// range.
macro_rules! scale {
    ($(#[$meta:meta])* $Scale:ident { $( $(#[$value_meta:meta])* $Value:ident = $text:literal, $number:literal, ..= $last:literal; )+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(clippy::exhaustive_enums, reason = "a scale covers all numbers")]
        pub enum $Scale {
            $( $(#[$value_meta])* $Value, )+
        }

        impl $Scale {
            /// The words of the scale, from the lowest confidence to the highest.
            pub const ALL: &'static [Self] = &[$(Self::$Value),+];

            /// Returns the words of the standard.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( Self::$Value => $text, )+
                }
            }
        }

        impl From<$Scale> for Confidence {
            fn from(value: $Scale) -> Self {
                Self(match value {
                    $( $Scale::$Value => $number, )+
                })
            }
        }

        impl From<Confidence> for $Scale {
            fn from(confidence: Confidence) -> Self {
                let highest = Self::ALL[Self::ALL.len() - 1];
                let ranges = [$( ($last, Self::$Value) ),+];
                ranges.iter().find(|(last, _)| confidence.0 <= *last).map_or(highest, |(_, value)| *value)
            }
        }

        impl fmt::Display for $Scale {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $Scale {
            type Err = Error;

            /// Reads the words of the standard, in any case. Other text is an error of kind
            /// [`ErrorKind::UnknownName`].
            fn from_str(text: &str) -> Result<Self, Error> {
                let value = Self::ALL.iter().copied().find(|value| value.as_str().eq_ignore_ascii_case(text.trim()));
                let error = || Error::new(ErrorKind::UnknownName).with_detail(format!("confidence {text:?}"));
                value.ok_or_else(error)
            }
        }
    };
}

scale! {
    /// The scale None / Low / Med / High (STIX 2.1 appendix A.1).
    ///
    /// ```
    /// use stixkit::object::confidence::{Confidence, NoneLowMedHigh};
    ///
    /// assert_eq!(Confidence::from(NoneLowMedHigh::Med).get(), 50);
    /// assert_eq!("high".parse::<NoneLowMedHigh>()?, NoneLowMedHigh::High);
    /// # Ok::<(), stixkit::Error>(())
    /// ```
    NoneLowMedHigh {
        /// 0.
        None = "None", 0, ..= 0;
        /// 15, and 1 to 29.
        Low = "Low", 15, ..= 29;
        /// 50, and 30 to 69.
        Med = "Med", 50, ..= 69;
        /// 85, and 70 to 100.
        High = "High", 85, ..= 100;
    }
}

scale! {
    /// Admiralty Credibility (STIX 2.1 appendix A.3), without grade 6, `Truth cannot be judged`: it
    /// is not a confidence, and an object of that grade has none.
    ///
    /// ```
    /// use stixkit::object::confidence::{Admiralty, Confidence};
    ///
    /// assert_eq!(Confidence::from(Admiralty::Doubtful).get(), 30);
    /// assert_eq!(Admiralty::from_grade(4), Some(Admiralty::Doubtful));
    /// assert_eq!(Admiralty::from_grade(6), None);
    /// ```
    Admiralty {
        /// Grade 5: 10, and 0 to 19.
        Improbable = "5 - Improbable", 10, ..= 19;
        /// Grade 4: 30, and 20 to 39.
        Doubtful = "4 - Doubtful", 30, ..= 39;
        /// Grade 3: 50, and 40 to 59.
        PossiblyTrue = "3 - Possibly True", 50, ..= 59;
        /// Grade 2: 70, and 60 to 79.
        ProbablyTrue = "2 - Probably True", 70, ..= 79;
        /// Grade 1: 90, and 80 to 100.
        Confirmed = "1 - Confirmed by other sources", 90, ..= 100;
    }
}

impl Admiralty {
    /// Returns the value of a grade from 1, confirmed, to 5, improbable; `None` for all other
    /// numbers, also for 6, which means that nothing is known.
    pub const fn from_grade(grade: u8) -> Option<Self> {
        Some(match grade {
            1 => Self::Confirmed,
            2 => Self::ProbablyTrue,
            3 => Self::PossiblyTrue,
            4 => Self::Doubtful,
            5 => Self::Improbable,
            _ => return None,
        })
    }

    /// Returns the grade from 1, confirmed, to 5, improbable.
    pub const fn grade(self) -> u8 {
        match self {
            Self::Confirmed => 1,
            Self::ProbablyTrue => 2,
            Self::PossiblyTrue => 3,
            Self::Doubtful => 4,
            Self::Improbable => 5,
        }
    }
}

scale! {
    /// Words of Estimative Probability (STIX 2.1 appendix A.4).
    ///
    /// ```
    /// use stixkit::object::confidence::{Confidence, Wep};
    ///
    /// assert_eq!(Confidence::from(Wep::HighlyLikely).get(), 90);
    /// assert_eq!(Confidence::new(99).map(Wep::from), Some(Wep::HighlyLikely));
    /// ```
    Wep {
        /// 0.
        Impossible = "Impossible", 0, ..= 0;
        /// 10, and 1 to 19.
        HighlyUnlikely = "Highly Unlikely/Almost Certainly Not", 10, ..= 19;
        /// 30, and 20 to 39.
        Unlikely = "Unlikely/Probably Not", 30, ..= 39;
        /// 50, and 40 to 59.
        EvenChance = "Even Chance", 50, ..= 59;
        /// 70, and 60 to 79.
        Likely = "Likely/Probable", 70, ..= 79;
        /// 90, and 80 to 99.
        HighlyLikely = "Highly likely/Almost Certain", 90, ..= 99;
        /// 100.
        Certain = "Certain", 100, ..= 100;
    }
}

scale! {
    /// The scale of the Director of National Intelligence (STIX 2.1 appendix A.5).
    ///
    /// ```
    /// use stixkit::object::confidence::{Confidence, Dni};
    ///
    /// assert_eq!(Confidence::from(Dni::VeryLikely).get(), 85);
    /// assert_eq!(Confidence::new(100).map(Dni::from), Some(Dni::AlmostCertain));
    /// ```
    Dni {
        /// 5, and 0 to 9.
        AlmostNoChance = "Almost No Chance / Remote", 5, ..= 9;
        /// 15, and 10 to 19.
        VeryUnlikely = "Very Unlikely / Highly Improbable", 15, ..= 19;
        /// 30, and 20 to 39.
        Unlikely = "Unlikely / Improbable", 30, ..= 39;
        /// 50, and 40 to 59.
        RoughlyEvenChance = "Roughly Even Chance / Roughly Even Odds", 50, ..= 59;
        /// 70, and 60 to 79.
        Likely = "Likely / Probable", 70, ..= 79;
        /// 85, and 80 to 89.
        VeryLikely = "Very Likely / Highly Probable", 85, ..= 89;
        /// 95, and 90 to 100.
        AlmostCertain = "Almost Certain / Nearly Certain", 95, ..= 100;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every word's number lies in its own range, and ranges have no gaps.
    fn check<S>(all: &[S], lasts: &[u8])
    where
        S: Copy + Into<Confidence> + From<Confidence> + PartialEq + fmt::Debug + fmt::Display + FromStr<Err = Error>,
    {
        assert_eq!(lasts.len(), all.len());
        for value in all {
            assert_eq!(S::from((*value).into()), *value);
            assert_eq!(value.to_string().parse::<S>().unwrap(), *value);
        }
        for number in 0..=100 {
            let place = lasts.iter().position(|last| number <= *last).unwrap();
            assert_eq!(S::from(Confidence(number)), all[place], "{number}");
        }
        assert!("7".parse::<S>().is_err());
    }

    #[test]
    fn scales_go_both_ways() {
        check(NoneLowMedHigh::ALL, &[0, 29, 69, 100]);
        check(Admiralty::ALL, &[19, 39, 59, 79, 100]);
        check(Wep::ALL, &[0, 19, 39, 59, 79, 99, 100]);
        check(Dni::ALL, &[9, 19, 39, 59, 79, 89, 100]);
        for value in 0..=10 {
            assert_eq!(Confidence::from_ten(value).unwrap().to_ten(), value);
        }
        assert_eq!(Confidence::from_ten(11), None);
        for (number, ten) in [(4, 0), (5, 1), (14, 1), (15, 2), (94, 9), (95, 10), (100, 10)] {
            assert_eq!(Confidence(number).to_ten(), ten, "{number}");
        }
        for grade in 1..=5 {
            assert_eq!(Admiralty::from_grade(grade).map(Admiralty::grade), Some(grade));
        }
        assert!(Confidence::try_from(101).is_err());
    }
}
