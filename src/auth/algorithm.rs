//! Signature algorithms of provider tokens (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864) and the keys that fit
//! them. Workspace tokens share none of this.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519,
    EcdsaVerificationAlgorithm, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    RsaParameters, RsaPublicKeyComponents,
};

/// What a rule with a key set can accept. HS256 is none of these: it takes a shared secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the standards")]
pub enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    Es512,
    Ed25519,
}

/// An `alg` that some rule could accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alg {
    /// With a public key.
    Asymmetric(Algorithm),
    /// HS256, with a shared secret.
    Hs256,
}

impl Alg {
    /// Reads a header's `alg`, which is compared byte for byte (RFC 7515 §4.1.1).
    pub fn parse(text: &str) -> Option<Self> {
        if text == "HS256" { Some(Self::Hs256) } else { Algorithm::parse(text).map(Self::Asymmetric) }
    }
}

impl Algorithm {
    /// Reads a name; `EdDSA` stands for Ed25519, the only curve of it that is supported.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "PS256" => Self::Ps256,
            "PS384" => Self::Ps384,
            "PS512" => Self::Ps512,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "ES512" => Self::Es512,
            "EdDSA" | "Ed25519" => Self::Ed25519,
            _ => return None,
        })
    }

    fn rsa(self) -> Option<&'static RsaParameters> {
        Some(match self {
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            Self::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
            Self::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
            Self::Ps256 => &RSA_PSS_2048_8192_SHA256,
            Self::Ps384 => &RSA_PSS_2048_8192_SHA384,
            Self::Ps512 => &RSA_PSS_2048_8192_SHA512,
            Self::Es256 | Self::Es384 | Self::Es512 | Self::Ed25519 => return None,
        })
    }
}

/// A curve of ECDSA, which fixes the algorithm (RFC 7518 §3.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the standards")]
pub enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    /// Reads a JWK's `crv`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "P-256" => Some(Self::P256),
            "P-384" => Some(Self::P384),
            "P-521" => Some(Self::P521),
            _ => None,
        }
    }

    /// Bytes of a coordinate.
    pub fn size(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    fn algorithm(self) -> Algorithm {
        match self {
            Self::P256 => Algorithm::Es256,
            Self::P384 => Algorithm::Es384,
            Self::P521 => Algorithm::Es512,
        }
    }

    fn verification(self) -> &'static EcdsaVerificationAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED,
            Self::P384 => &ECDSA_P384_SHA384_FIXED,
            Self::P521 => &ECDSA_P521_SHA512_FIXED,
        }
    }
}

/// A public key that was found sound.
pub enum PublicKey {
    /// Modulus and exponent, big-endian without leading zeros.
    Rsa {
        /// 2048 to 8192 bits.
        n: Vec<u8>,
        /// Odd, from 3.
        e: Vec<u8>,
    },
    /// A point on its curve.
    Ec(Curve, ParsedPublicKey),
    /// A point of large order.
    Ed25519(ParsedPublicKey),
}

impl PublicKey {
    /// Takes an RSA key of a size and exponent that are safe and cheap (RFC 7518 §3.3).
    pub fn rsa(n: &[u8], e: &[u8]) -> Option<Self> {
        let (n, e) = (without_zeros(n), without_zeros(e));
        let bits = n.len() * 8 - n.first()?.leading_zeros() as usize;
        let is_odd = |bytes: &[u8]| bytes.last().is_some_and(|byte| byte % 2 == 1);
        let is_sound = (2048..=8192).contains(&bits) && is_odd(n) && is_odd(e) && e != [1] && e.len() <= 4;
        is_sound.then(|| Self::Rsa { n: n.to_vec(), e: e.to_vec() })
    }

    /// Takes a point that lies on its curve (RFC 8725 §3.4). Coordinates should have the curve's full length
    /// (RFC 7518 §6.2.1.2), but as numbers they are the same without leading zeros, and with more of them.
    pub fn ec(curve: Curve, x: &[u8], y: &[u8]) -> Option<Self> {
        let point = [vec![4], padded(x, curve.size())?, padded(y, curve.size())?].concat();
        ParsedPublicKey::new(curve.verification(), point).ok().map(|key| Self::Ec(curve, key))
    }

    /// Takes a point that is not one of the few of small order, under which anything verifies.
    pub fn ed25519(x: &[u8]) -> Option<Self> {
        if x.len() != 32 || is_small_order(x) {
            return None;
        }
        ParsedPublicKey::new(&ED25519, x).ok().map(Self::Ed25519)
    }

    /// Whether the key is of the algorithm's kind and curve.
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        match self {
            Self::Rsa { .. } => algorithm.rsa().is_some(),
            Self::Ec(curve, _) => curve.algorithm() == algorithm,
            Self::Ed25519(_) => algorithm == Algorithm::Ed25519,
        }
    }

    /// Verifies a signature; false too for a key that does not fit.
    pub fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rsa { n, e } => algorithm.rsa().is_some_and(|parameters| {
                RsaPublicKeyComponents { n, e }.verify(parameters, message, signature).is_ok()
            }),
            Self::Ec(curve, key) => {
                curve.algorithm() == algorithm
                    && signature.len() == 2 * curve.size()
                    && key.verify_sig(message, signature).is_ok()
            }
            Self::Ed25519(key) => {
                algorithm == Algorithm::Ed25519 && key.verify_sig(message, signature).is_ok()
            }
        }
    }

    /// The kind for people, such as `EC P-256`.
    pub fn describe(&self) -> String {
        match self {
            Self::Rsa { n, .. } => format!("RSA {}", n.len() * 8),
            Self::Ec(curve, _) => format!("EC {curve:?}"),
            Self::Ed25519(_) => "Ed25519".into(),
        }
    }
}

/// HMAC with SHA-256, compared in constant time (RFC 7518 §3.2).
pub fn verifies_hs256(secret: &[u8], message: &[u8], signature: &[u8]) -> bool {
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, secret), message, signature).is_ok()
}

/// A big-endian number in exactly that many bytes, or `None` when it is too great.
fn padded(number: &[u8], size: usize) -> Option<Vec<u8>> {
    let digits = without_zeros(number);
    let zeros = size.checked_sub(digits.len())?;
    Some([vec![0; zeros].as_slice(), digits].concat())
}

fn without_zeros(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    &bytes[start..]
}

/// The encodings of Ed25519's points of order 1, 2, 4 and 8, canonical and not, sign bit aside.
fn is_small_order(point: &[u8]) -> bool {
    const ORDER_8: [[u8; 32]; 2] = [
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
            0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
            0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
        ],
    ];
    let mut y: Vec<u8> = point.to_vec();
    if let Some(last) = y.last_mut() {
        *last &= 0x7f;
    }
    let middle_is = |byte: u8| y[1..31].iter().all(|found| *found == byte);
    // 0 and 1; and, by the prime 2^255 - 19: p - 1, p and p + 1.
    let near_zero = y[31] == 0 && middle_is(0) && y[0] <= 1;
    let near_prime = y[31] == 0x7f && middle_is(0xff) && (0xec..=0xee).contains(&y[0]);
    near_zero || near_prime || ORDER_8.iter().any(|order_8| y == order_8)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};

    use super::*;

    fn p256() -> (EcdsaKeyPair, Vec<u8>) {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let point = pair.public_key().as_ref().to_vec();
        (pair, point)
    }

    #[test]
    fn names_are_exact() {
        for text in ["none", "None", "rs256", " RS256", "", "HS384", "HS512", "ES256K", "Ed448", "RSA-OAEP"] {
            assert_eq!(Alg::parse(text), None, "{text}");
        }
        assert_eq!(Alg::parse("EdDSA"), Alg::parse("Ed25519"));
    }

    #[test]
    fn t029_weak_and_oversized_rsa_keys_are_skipped() {
        let modulus = |bytes: usize| {
            let mut n = vec![0xff; bytes];
            n[0] = 0x80;
            n
        };
        let e = [1, 0, 1];
        for bytes in [128, 255, 1025, 2048] {
            assert!(PublicKey::rsa(&modulus(bytes), &e).is_none(), "{bytes}");
        }
        assert!(PublicKey::rsa(&modulus(256), &e).is_some());
        assert!(PublicKey::rsa(&modulus(1024), &e).is_some());
        for e in [&[][..], &[0], &[1], &[2], &[1, 0, 0], &[1, 0, 0, 0, 1]] {
            assert!(PublicKey::rsa(&modulus(256), e).is_none(), "{e:?}");
        }
        assert!(PublicKey::rsa(&[], &[]).is_none());
    }

    #[test]
    fn t027_points_off_the_curve_are_skipped() {
        let (_, point) = p256();
        let (x, y) = (&point[1..33], &point[33..]);
        assert!(PublicKey::ec(Curve::P256, x, y).is_some());
        assert!(PublicKey::ec(Curve::P384, x, y).is_none());
        assert!(PublicKey::ec(Curve::P256, &x[1..], y).is_none());
        assert!(PublicKey::ec(Curve::P256, &[0; 32], &[0; 32]).is_none());
        assert!(PublicKey::ec(Curve::P256, &[0xff; 32], y).is_none());
        let mut off = y.to_vec();
        off[31] ^= 1;
        assert!(PublicKey::ec(Curve::P256, x, &off).is_none());
    }

    #[test]
    fn a_coordinate_is_a_number_of_any_length() {
        // One of 256 keys has such a coordinate.
        let mut keys = std::iter::repeat_with(p256);
        let (pair, point) = keys.find(|(_, point)| point[1] == 0).unwrap();
        let (x, y) = (&point[1..33], &point[33..]);
        let signature = pair.sign(&SystemRandom::new(), b"message").unwrap();
        for x in [x, &x[1..], &[&[0, 0], x].concat()] {
            let key = PublicKey::ec(Curve::P256, x, y).unwrap();
            assert!(key.verifies(Algorithm::Es256, b"message", signature.as_ref()));
        }
        assert!(PublicKey::ec(Curve::P256, &[&[1], x].concat(), y).is_none());
        assert!(PublicKey::ec(Curve::P256, &[], y).is_none());
    }

    #[test]
    fn t025_t026_odd_ecdsa_signatures_fail() {
        let (pair, point) = p256();
        let key = PublicKey::ec(Curve::P256, &point[1..33], &point[33..]).unwrap();
        let good = pair.sign(&SystemRandom::new(), b"message").unwrap();
        assert!(key.verifies(Algorithm::Es256, b"message", good.as_ref()));
        assert!(!key.verifies(Algorithm::Es384, b"message", good.as_ref()));
        assert!(!key.verifies(Algorithm::Rs256, b"message", good.as_ref()));
        let order = [
            0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
            0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
        ];
        let mut zero_one = [0; 64];
        zero_one[63] = 1;
        for bad in [&[0; 64][..], &[order, order].concat(), &zero_one, &good.as_ref()[..63], &[], &[1; 96]] {
            assert!(!key.verifies(Algorithm::Es256, b"message", bad));
        }
    }

    #[test]
    fn t028_odd_ed25519_keys_and_signatures_fail() {
        let mut order_1 = [0; 32];
        order_1[0] = 1;
        let mut negative = order_1;
        negative[31] = 0x80;
        let mut prime = [0xff; 32];
        (prime[0], prime[31]) = (0xed, 0x7f);
        for point in [[0; 32], order_1, negative, prime] {
            assert!(PublicKey::ed25519(&point).is_none());
        }
        let pair = Ed25519KeyPair::generate().unwrap();
        let key = PublicKey::ed25519(pair.public_key().as_ref()).unwrap();
        let good = pair.sign(b"message");
        assert!(key.verifies(Algorithm::Ed25519, b"message", good.as_ref()));
        let mut large_s = good.as_ref().to_vec();
        large_s[63] |= 0xe0;
        assert!(!key.verifies(Algorithm::Ed25519, b"message", &large_s));
        assert!(!key.verifies(Algorithm::Ed25519, b"message", &good.as_ref()[..63]));
        assert!(!key.verifies(Algorithm::Es256, b"message", good.as_ref()));
    }
}
