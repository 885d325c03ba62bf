//! Ids of the real form: a prefix, `0`, then 23 characters of base 62 that sort by time.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The most base-62 digits that 64 bits fill evenly.
const DIGITS_OF_64_BITS: usize = 10;

/// An id made at `time_ms`, told apart from others of that millisecond by `entropy`.
pub(crate) fn encode(prefix: &str, time_ms: i64, entropy: [u64; 2]) -> String {
    let mut id = String::with_capacity(prefix.len() + 24);
    id.push_str(prefix);
    id.push('0');
    push_base62::<8>(&mut id, time_ms.cast_unsigned());
    push_base62::<DIGITS_OF_64_BITS>(&mut id, entropy[0]);
    push_base62::<5>(&mut id, entropy[1]);
    id
}

/// A secret of more than 256 bits after `prefix`.
pub(crate) fn secret(prefix: &str) -> String {
    let mut secret = String::from(prefix);
    for bits in rand::random::<[u64; 5]>() {
        push_base62::<DIGITS_OF_64_BITS>(&mut secret, bits);
    }
    secret
}

/// The lowest base-62 digits of `value`, most significant first.
fn push_base62<const WIDTH: usize>(out: &mut String, mut value: u64) {
    let mut digits = ['0'; WIDTH];
    for digit in digits.iter_mut().rev() {
        *digit = char::from(DIGITS[(value % 62) as usize]);
        value /= 62;
    }
    out.extend(digits);
}
