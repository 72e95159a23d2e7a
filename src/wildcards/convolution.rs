//! Where text with wildcards for single characters fits, for all places at once.
//!
//! A place fits if the sum of `(wanted - character)²` over the characters that are wanted is zero.
//! Multiplied out, the sums of all places are two convolutions, which take linear-logarithmic time
//! however many wildcards there are. They are computed modulo a prime that is larger than any sum,
//! so the answer is exact.

/// 2⁶⁴ − 2³² + 1, which has roots of unity of order 2³². A sum has at most 2²⁰ squares of 21 bits.
const PRIME: u64 = 0xffff_ffff_0000_0001;
const GENERATOR: u64 = 7;

/// A text that is looked for.
#[derive(Debug)]
pub(crate) struct Places {
    len: usize,
    /// Numbers in one transform.
    size: usize,
    /// The sum of the squares of what is wanted.
    squares: u64,
    /// The transforms of what is wanted, and of 1 for each character that is wanted.
    wanted: Vec<u64>,
    ones: Vec<u64>,
}

impl Places {
    /// The most characters that can be looked for.
    pub(crate) const MOST: usize = 1 << 20;

    /// Looks for these characters, and for any one in place of `None`.
    pub(crate) fn new(wanted: &[Option<char>]) -> Self {
        let len = wanted.len();
        let size = (2 * len).next_power_of_two();
        let (mut numbers, mut ones, mut squares) = (vec![0; size], vec![0; size], 0);
        // Backwards, so that the convolution is a comparison.
        for (place, wanted) in wanted.iter().rev().enumerate() {
            if let Some(wanted) = wanted {
                let number = u64::from(u32::from(*wanted));
                numbers[place] = number;
                ones[place] = 1;
                squares += number * number;
            }
        }
        transform(&mut numbers, false);
        transform(&mut ones, false);
        Self { len, size, squares, wanted: numbers, ones }
    }

    /// The first place in the text, in characters, where what is wanted fits.
    pub(crate) fn first(&self, text: impl Iterator<Item = char>) -> Option<usize> {
        let text: Vec<u64> = text.map(|character| u64::from(u32::from(character))).collect();
        let places = self.size - self.len + 1;
        let mut starts = (0..(text.len() + 1).saturating_sub(self.len)).step_by(places);
        starts.find_map(|start| {
            let part = &text[start..text.len().min(start + self.size)];
            let fit = self.first_in(part)?;
            Some(start + fit)
        })
    }

    /// The first place in a part of the text that one transform holds.
    fn first_in(&self, part: &[u64]) -> Option<usize> {
        let mut numbers = part.to_vec();
        numbers.resize(self.size, 0);
        let mut squares: Vec<u64> = numbers.iter().map(|number| number * number).collect();
        transform(&mut numbers, false);
        transform(&mut squares, false);
        for (((sum, number), wanted), one) in squares.iter_mut().zip(&numbers).zip(&self.wanted).zip(&self.ones) {
            let product = multiply(*number, *wanted);
            *sum = subtract(multiply(*sum, *one), add(product, product));
        }
        transform(&mut squares, true);
        // What wraps around in the transform is in front of the first place.
        let sums = squares.get(self.len - 1..part.len())?;
        sums.iter().position(|sum| add(*sum, self.squares) == 0)
    }
}

fn add(a: u64, b: u64) -> u64 {
    let sum = u128::from(a) + u128::from(b);
    let prime = u128::from(PRIME);
    // OK because both are less than the prime.
    (if sum >= prime { sum - prime } else { sum }) as u64
}

fn subtract(a: u64, b: u64) -> u64 {
    if a >= b { a - b } else { a + (PRIME - b) }
}

fn multiply(a: u64, b: u64) -> u64 {
    // OK because the remainder is less than the prime.
    (u128::from(a) * u128::from(b) % u128::from(PRIME)) as u64
}

fn power(mut base: u64, mut exponent: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    result
}

/// The number-theoretic transform of numbers, whose count is a power of two, or its inverse.
fn transform(numbers: &mut [u64], is_inverse: bool) {
    let size = numbers.len();
    let bits = size.trailing_zeros();
    for place in 0..size {
        let other = place.reverse_bits() >> (usize::BITS - bits).min(usize::BITS - 1);
        if place < other {
            numbers.swap(place, other);
        }
    }
    let mut half = 1;
    while half < size {
        let root = power(GENERATOR, (PRIME - 1) / (2 * half as u64));
        let root = if is_inverse { power(root, PRIME - 2) } else { root };
        let factors: Vec<u64> =
            std::iter::successors(Some(1), |factor| Some(multiply(*factor, root))).take(half).collect();
        for pair in numbers.chunks_exact_mut(2 * half) {
            let (low, high) = pair.split_at_mut(half);
            for ((low, high), factor) in low.iter_mut().zip(high).zip(&factors) {
                let product = multiply(*high, *factor);
                (*low, *high) = (add(*low, product), subtract(*low, product));
            }
        }
        half *= 2;
    }
    if is_inverse {
        let inverse = power(size as u64, PRIME - 2);
        numbers.iter_mut().for_each(|number| *number = multiply(*number, inverse));
    }
}
