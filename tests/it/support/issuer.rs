//! An identity provider's keys, with full control of what they sign: nothing here helps or checks.

use std::sync::LazyLock;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING,
    EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
    RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::tokens::part;

/// RSA keys take long to make: all tests share two.
static RSA: LazyLock<[RsaKeyPair; 2]> =
    LazyLock::new(|| [0, 1].map(|_| RsaKeyPair::generate(KeySize::Rsa2048).unwrap()));

/// Every algorithm that a rule with a key set accepts.
pub const ALGORITHMS: [&str; 11] =
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];

enum Pair {
    Rsa(&'static RsaKeyPair),
    /// With the size of a coordinate.
    Ec(&'static str, usize, EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// A key that an issuer signs with.
pub struct IssuerKey {
    pub kid: String,
    pub alg: &'static str,
    pair: Pair,
}

impl IssuerKey {
    /// A key for an algorithm. All RSA keys made so are one.
    pub fn new(kid: &str, alg: &'static str) -> Self {
        let ec = |curve, size, algorithm| Pair::Ec(curve, size, EcdsaKeyPair::generate(algorithm).unwrap());
        let pair = match alg {
            "ES256" => ec("P-256", 32, &ECDSA_P256_SHA256_FIXED_SIGNING),
            "ES384" => ec("P-384", 48, &ECDSA_P384_SHA384_FIXED_SIGNING),
            "ES512" => ec("P-521", 66, &ECDSA_P521_SHA512_FIXED_SIGNING),
            "EdDSA" | "Ed25519" => Pair::Ed25519(Ed25519KeyPair::generate().unwrap()),
            _ => Pair::Rsa(&RSA[0]),
        };
        Self { kid: kid.to_owned(), alg, pair }
    }

    /// Another RSA key than that of [`IssuerKey::new`].
    pub fn other_rsa(kid: &str) -> Self {
        Self { kid: kid.to_owned(), alg: "RS256", pair: Pair::Rsa(&RSA[1]) }
    }

    /// The header of a proper token.
    pub fn header(&self) -> Value {
        json!({ "alg": self.alg, "typ": "JWT", "kid": self.kid })
    }

    /// The public half as issuers publish it.
    pub fn jwk(&self) -> Value {
        let mut jwk = json!({ "kid": self.kid, "use": "sig", "alg": self.alg });
        let members = match &self.pair {
            Pair::Rsa(_) => json!({ "kty": "RSA", "n": part(self.modulus()), "e": "AQAB" }),
            Pair::Ec(curve, size, pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(*size);
                json!({ "kty": "EC", "crv": curve, "x": part(x), "y": part(y) })
            }
            Pair::Ed25519(pair) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": part(pair.public_key().as_ref()) })
            }
        };
        jwk.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        jwk
    }

    /// The modulus of an RSA key.
    pub fn modulus(&self) -> Vec<u8> {
        let Pair::Rsa(pair) = &self.pair else { panic!("{} is no RSA key", self.kid) };
        // RSAPublicKey (RFC 8017, appendix A.1.1) ends with the modulus and the exponent 65537.
        let der = pair.public_key().as_ref();
        let end = der.len() - 5;
        der[end - pair.public_modulus_len()..end].to_vec()
    }

    /// The texts of an RSA key's public half that an attacker would take for an HMAC secret.
    pub fn public_texts(&self) -> Vec<Vec<u8>> {
        let Pair::Rsa(pair) = &self.pair else { panic!("{} is no RSA key", self.kid) };
        let der: Vec<u8> = pair.public_key().as_der().unwrap().as_ref().to_vec();
        let lines: Vec<String> = STANDARD
            .encode(&der)
            .as_bytes()
            .chunks(64)
            .map(|line| String::from_utf8(line.to_vec()).unwrap())
            .collect();
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", lines.join("\n"));
        vec![
            format!("{pem}\n").into_bytes(),
            format!(" {pem}").into_bytes(),
            pem.into_bytes(),
            der,
            pair.public_key().as_ref().to_vec(),
            self.jwk().to_string().into_bytes(),
            self.modulus(),
            part(self.modulus()).into_bytes(),
            self.kid.clone().into_bytes(),
            b"null".to_vec(),
            Vec::new(),
        ]
    }

    /// A signature over any bytes. An RSA key signs by the named algorithm, others by their own.
    pub fn signature(&self, alg: &str, input: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let encoding: &'static dyn RsaEncoding = match alg {
                    "RS384" => &RSA_PKCS1_SHA384,
                    "RS512" => &RSA_PKCS1_SHA512,
                    "PS256" => &RSA_PSS_SHA256,
                    "PS384" => &RSA_PSS_SHA384,
                    "PS512" => &RSA_PSS_SHA512,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, input, &mut signature).unwrap();
                signature
            }
            Pair::Ec(_, _, pair) => pair.sign(&random, input).unwrap().as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.sign(input).as_ref().to_vec(),
        }
    }

    /// A proper token with these claims.
    pub fn token(&self, claims: &Value) -> String {
        self.sign(&self.header(), claims)
    }

    /// A token of any header, signed by the key's own algorithm whatever the header says.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_text(self.alg, &header.to_string(), &claims.to_string())
    }

    /// A token of any header and payload text, signed by the named algorithm.
    pub fn sign_text(&self, alg: &str, header: &str, payload: &str) -> String {
        let input = format!("{}.{}", part(header), part(payload));
        let signature = self.signature(alg, input.as_bytes());
        format!("{input}.{}", part(signature))
    }
}

/// A JWK Set.
pub fn key_set(jwks: &[Value]) -> Value {
    json!({ "keys": jwks })
}

/// A token with a MAC of any algorithm under any secret.
pub fn hmac_token(secret: &[u8], header: &Value, claims: &Value) -> String {
    let algorithm = match header["alg"].as_str() {
        Some("HS384") => hmac::HMAC_SHA384,
        Some("HS512") => hmac::HMAC_SHA512,
        _ => hmac::HMAC_SHA256,
    };
    let input = format!("{}.{}", part(header.to_string()), part(claims.to_string()));
    let tag = hmac::sign(&hmac::Key::new(algorithm, secret), input.as_bytes());
    format!("{input}.{}", part(tag))
}
