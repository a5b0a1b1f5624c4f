import NIOCore

extension Provider {
    /// More fields of one request are not looked at: each costs a pass over the body.
    static let mostFieldsJudged = 64
    /// More bytes are not passed over for them.
    private static let mostBytesPassed = 4 << 20

    /// The names of a request's fields, and of the members of its `options`, that change nothing of what a target is sent and are
    /// not for the gateway itself: the target has no words for them, or they are dropped.
    ///
    /// Found by writing the request once more without each of them, so that none can be forgotten in a list. Only for who looks for
    /// it: as many passes over the body as it has fields, of which no more than ``mostFieldsJudged`` are looked at, and fewer of a
    /// long body. Empty for a request that the target refuses.
    ///
    /// - Parameters:
    ///   - load: as the request was written.
    ///   - listing: the same.
    public static func fieldsLeftOut(
        of request: ClientRequest, to target: UpstreamTarget, load: LoadTerms = .asRequested,
        listing: ModelListing = .unknown
    ) -> [String] {
        let terms = EncodingTerms(
            drops: request.dropParams ?? target.dropParams, listing: listing, load: load, unixSeconds: 0)
        guard let sent = bytes(of: request, to: target, terms) else { return [] }
        return request.body.withUnsafeReadableBytes { bytes in
            let object = bytes.object
            var names: [String] = []
            let most = min(mostFieldsJudged, mostBytesPassed / max(1, bytes.count))
            var judged = 0
            func judge(_ path: String, _ name: JSONSlice, _ value: JSONSlice, isOption: Bool) {
                if bytes[value].equals("null") || !isOption && isGateways(bytes[name]) { return }
                if asksNothing(bytes[name], bytes[value]) { return }
                judged += 1
                guard judged <= most else { return }
                guard
                    let other = request.without(name, of: bytes, object),
                    let rest = Self.bytes(of: other, to: target, terms), rest == sent
                else { return }
                names.append(path + JSONString.decode(bytes[name]))
            }
            bytes.forEachMember(of: object) { name, value in
                if bytes[name].spells("options"), bytes[value][0] == 0x7b {
                    bytes.forEachMember(of: value) { judge("options.", $0, $1, isOption: true) }
                } else {
                    judge("", name, value, isOption: false)
                }
            }
            return names
        }
    }

    /// Whether the gateway itself reads a field, or writes it anew for every target.
    private static func isGateways(_ name: UnsafeRawBufferPointer) -> Bool {
        switch Parameter.named(name) ?? OllamaRoute.chat.member(name) {
        case .model, .messages, .prompt, .input, .stream, .streamOptions, .encodingFormat: true
        case .timeout, .numRetries, .dropParams: true
        case .ignored: Parameter.isWish(name) && Parameter.unread(name) == nil
        default: false
        }
    }

    private static func asksNothing(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        Parameter.named(name)?.asksNothing(value) ?? false
    }

    /// Nil where the target refuses it.
    private static func bytes(
        of request: ClientRequest, to target: UpstreamTarget, _ terms: EncodingTerms
    ) -> ByteBuffer? {
        var out = ByteBuffer()
        do {
            try write(request, for: target, terms, into: &out)
            return out
        } catch {
            return nil
        }
    }
}

extension ClientRequest {
    /// The request without the member whose name stands there; nil where it cannot do without.
    fileprivate func without(
        _ member: JSONSlice, of bytes: UnsafeRawBufferPointer, _ object: JSONSlice
    ) -> ClientRequest? {
        var edits = JSONEdits()
        edits.editMembers(of: object, in: bytes) { edits, name, value in
            if name == member { return false }
            let holdsIt = value.start < member.start && member.start < value.start + value.count
            if holdsIt { edits.editMembers(of: value, in: bytes) { _, name, _ in name != member } }
            return true
        }
        var body = ByteBuffer()
        body.compose(atMost: bytes.count + edits.added) { writer in
            edits.write(bytes, from: Int(object.start), to: bytes.count, to: &writer)
        }
        return try? ClientRequest.scan(body, front: front).joiningStream(joinsStream)
    }
}
