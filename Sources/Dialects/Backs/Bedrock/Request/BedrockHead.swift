import NIOCore

/// A request of Bedrock's up to its body, written out once; what a signature makes of each request is written over it.
struct BedrockHead: Sendable {
    let head: RequestHead
    private let signing: Signing?

    private struct Signing: Sendable {
        let signature: SignatureV4
        let path: String
        let headers: [(name: String, value: String)]
        /// Where in the head the values of the signature's headers stand, in its order.
        let places: [Int]
    }

    /// - Parameters:
    ///   - path: the request's whole path.
    ///   - signed: headers that a signature covers.
    ///   - others: headers that it does not.
    ///   - signature: how to sign; nil for a request that is not signed.
    init(
        path: String, signed: [(name: String, value: String)], others: [(name: String, value: String)],
        signature: SignatureV4?
    ) {
        guard let signature else {
            head = RequestHead(path: path, headers: signed + others)
            signing = nil
            return
        }
        let request = SignatureV4.Request(
            path: path, headers: signed, bodyHash: signature.bodyHash(UnsafeRawBufferPointer(start: nil, count: 0)))
        // Of any moment: each value is as long as that of any other.
        let added = signature.headers(signing: request, at: AmazonTime(unixSeconds: 0))
        head = RequestHead(path: path, headers: added + signed + others)
        var place = "POST \(path) HTTP/1.1\r\n".utf8.count
        var places: [Int] = []
        for (name, value) in added {
            places.append(place + name.utf8.count + 2)
            place += name.utf8.count + value.utf8.count + 4
        }
        signing = Signing(signature: signature, path: path, headers: signed, places: places)
    }

    /// Writes the body's length, and the signature where there is one, into the head that stands at `start`.
    func complete(in out: inout ByteBuffer, from start: Int, unixSeconds: Int) {
        out.putLength(head, from: start)
        guard let signing else { return }
        let hash = out.withUnsafeReadableBytes { readable in
            let body = UnsafeRawBufferPointer(rebasing: readable[(start - out.readerIndex + head.bodyStart)...])
            return signing.signature.bodyHash(body)
        }
        let request = SignatureV4.Request(path: signing.path, headers: signing.headers, bodyHash: hash)
        let added = signing.signature.headers(signing: request, at: AmazonTime(unixSeconds: unixSeconds))
        for (place, header) in zip(signing.places, added) { out.setString(header.value, at: start + place) }
    }
}
