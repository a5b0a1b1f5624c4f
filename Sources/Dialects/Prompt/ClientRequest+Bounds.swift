import NIOCore

/// Upper bounds of what a request can come to, for budgets.
extension ClientRequest {
    /// An upper bound of the prompt's tokens: no tokenizer makes more of a text than it has bytes, a picture counts as much as most
    /// providers take for one, and what is a sound or a file as many tokens as it has bytes here. The estimate of some routes has the
    /// bytes of files already, which are not counted twice.
    public var promptTokenBound: Int {
        let text = promptTokenEstimate * 4 + 3
        let rest = max(0, body.readableBytes - text)
        let media = body.withUnsafeReadableBytes { MediaBound($0) }
        let bytes = min(text + min(rest, Self.mostFraming) + media.bytes, body.readableBytes + 3)
        return bytes + media.pictures * Self.pictureTokens
    }

    /// Beyond this the bytes around the text are those of media, which are not counted as text is.
    private static let mostFraming = 16_384
    /// The most that a picture in full detail comes to at nearly all providers.
    private static let pictureTokens = 4_096

    /// How many answers it is written for it, each of which is paid for.
    public var answerCount: Int {
        body.withUnsafeReadableBytes { bytes in
            [Parameter.n, .bestOf].compactMap { parameter in
                fields.has(parameter) ? JSONNumber.integer(bytes[fields[parameter]]) : nil
            }.max().map { max(1, $0) } ?? 1
        }
    }

    /// `user`: the client of the client, for whom it asks, by its first 255 bytes; nil where it does not say.
    public var endUser: String? {
        guard fields.has(.user) else { return nil }
        let name = body.withUnsafeReadableBytes { bytes in
            JSONValue(fields[.user], of: bytes).text.map { JSONString.decode($0) }
        }
        return name.flatMap { $0.isEmpty ? nil : $0.upTo(bytes: 255) }
    }

    /// The same request, its answer no longer than so many tokens.
    public func limitingAnswer(to tokens: Int) throws(RequestFault) -> ClientRequest {
        let limited = front.api.limitingAnswer(of: self, to: tokens)
        return try ClientRequest.scan(limited, front: front).joiningStream(joinsStream)
    }
}

extension BodyRewrite {
    /// The body with a member of this number, in the place of those named.
    static func setting(
        _ name: StaticString, to number: Int, without others: [String], in bytes: UnsafeRawBufferPointer
    ) -> ByteBuffer {
        var out = ByteBuffer()
        out.reserveCapacity(bytes.count + 48)
        out.writeStaticString("{\"")
        out.writeStaticString(name)
        out.writeStaticString("\":")
        out.writeDecimal(number)
        copyMembers(of: bytes.object, in: bytes, without: others + ["\(name)"], to: &out)
        return out
    }

    /// The body with a member of this number inside one of its objects.
    static func setting(
        _ name: StaticString, to number: Int, inside object: String, of bytes: UnsafeRawBufferPointer
    ) -> ByteBuffer {
        var out = ByteBuffer()
        out.reserveCapacity(bytes.count + 64)
        out.writeStaticString("{\"")
        out.writeString(object)
        out.writeStaticString("\":{\"")
        out.writeStaticString(name)
        out.writeStaticString("\":")
        out.writeDecimal(number)
        var inner: JSONSlice?
        bytes.forEachMember(of: bytes.object) { if JSONString.decode(bytes[$0]) == object { inner = $1 } }
        if let inner, bytes[inner].first == 0x7b {
            copyMembers(of: inner, in: bytes, without: ["\(name)"], to: &out)
        } else {
            out.writeStaticString("}")
        }
        copyMembers(of: bytes.object, in: bytes, without: [object], to: &out)
        return out
    }

    /// Behind a member that is there already; closes the object.
    private static func copyMembers(
        of object: JSONSlice, in bytes: UnsafeRawBufferPointer, without left: [String], to out: inout ByteBuffer
    ) {
        bytes.forEachMember(of: object) { name, value in
            guard !left.contains(JSONString.decode(bytes[name])) else { return }
            out.writeStaticString(",\"")
            out.writeBytes(bytes[name])
            out.writeStaticString("\":")
            out.writeBytes(bytes[value])
        }
        out.writeStaticString("}")
    }
}
