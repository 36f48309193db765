import Crypto

/// The SHA-256 of `bytes`, in hexadecimal.
public func sha256(of bytes: [UInt8]) -> String {
    hexadecimal(SHA256.hash(data: bytes))
}

/// The SHA-256 of the file at `path`, in hexadecimal.
public func sha256(ofFile path: String) throws -> String {
    sha256(of: try readBytes(of: path))
}

private func hexadecimal(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in digest {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
