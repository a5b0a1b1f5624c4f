/// AWS's Signature Version 4 in a header, for a `POST` whose body is at hand and whose path has no query.
///
/// After "AWS Signature Version 4 for API requests" (AWS IAM user guide). The signed headers are those given, so that
/// others may be added or changed on the way.
struct SignatureV4: Sendable {
    /// `us-west-2`.
    let region: String
    /// The name a service is signed by: `bedrock`, although its host is `bedrock-runtime`.
    let service: String
    /// Whose signature it is.
    let keys: UpstreamAccount.AWSKeys

    /// The parts of a request that are signed.
    struct Request: Sendable {
        /// The path as it stands in the request line, already encoded once.
        var path: String
        /// The headers that are signed, `host` among them; those that the signature adds come by themselves.
        var headers: [(name: String, value: String)]
        /// The body's SHA-256 in hexadecimal.
        var bodyHash: String
    }

    /// The headers that make a request a signed one: `x-amz-date`, `x-amz-security-token` where the keys are temporary,
    /// and `authorization`, last. Each is as long for one moment and body as for any other.
    func headers(signing request: Request, at time: AmazonTime) -> [(name: String, value: String)] {
        let added = dated(time)
        let canonical = Self.canonicalRequest(request, with: added)
        let signature = Self.hex(hmac(Array(stringToSign(canonical, at: time).utf8), with: signingKey(at: time)))
        let value =
            "AWS4-HMAC-SHA256 Credential=\(keys.accessKey)/\(scope(at: time)), "
            + "SignedHeaders=\(Self.signedHeaders(request, with: added)), Signature=\(signature)"
        return added + [("authorization", value)]
    }

    /// The headers that are signed besides the request's own.
    func dated(_ time: AmazonTime) -> [(name: String, value: String)] {
        var added = [(name: "x-amz-date", value: time.text)]
        if let token = keys.sessionToken { added.append(("x-amz-security-token", token)) }
        return added
    }

    /// The request in the one form that both sides hash.
    static func canonicalRequest(_ request: Request, with added: [(name: String, value: String)]) -> String {
        var text = "POST\n\(AmazonURI.canonical(path: request.path))\n\n"
        for (name, value) in sorted(request.headers + added) { text += "\(name):\(value)\n" }
        return text + "\n\(signedHeaders(request, with: added))\n\(request.bodyHash)"
    }

    /// The text that the key signs: the moment, the scope and the hash of the canonical request.
    func stringToSign(_ canonicalRequest: String, at time: AmazonTime) -> String {
        let hash = Array(canonicalRequest.utf8).withUnsafeBytes { bodyHash($0) }
        return "AWS4-HMAC-SHA256\n\(time.text)\n\(scope(at: time))\n\(hash)"
    }

    /// The key for one day, region and service.
    func signingKey(at time: AmazonTime) -> [UInt8] {
        var key = Array("AWS4\(keys.secretKey)".utf8)
        for part in [String(time.day), region, service, "aws4_request"] { key = hmac(Array(part.utf8), with: key) }
        return key
    }

    /// The SHA-256 of a body, in hexadecimal.
    func bodyHash(_ body: UnsafeRawBufferPointer) -> String { Self.hex(keys.hash.sha256(body)) }

    private func scope(at time: AmazonTime) -> String { "\(time.day)/\(region)/\(service)/aws4_request" }

    private static func signedHeaders(_ request: Request, with added: [(name: String, value: String)]) -> String {
        sorted(request.headers + added).map(\.name).joined(separator: ";")
    }

    /// Names in small letters and in order; values without space at their ends and with single spaces inside.
    private static func sorted(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
        headers
            .map { header in
                let words = header.value.split { $0 == " " || $0 == "\t" }
                return (name: header.name.lowercased(), value: words.joined(separator: " "))
            }
            .sorted { $0.name < $1.name }
    }

    private func hmac(_ message: [UInt8], with key: [UInt8]) -> [UInt8] { keys.hash.hmac(message, key: key) }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        var letters: [UInt8] = []
        for byte in bytes { letters += [JSONString.hexLetter(byte >> 4), JSONString.hexLetter(byte & 15)] }
        return String(decoding: letters, as: UTF8.self)
    }
}
