import NIOCore

/// A request that names items of answers in the place of the items (`item_reference`), as clients do that know what is kept.
extension ClientRequest {
    /// More answers than these are not looked up for one request.
    private static let mostReferred = 1024

    /// The responses that have the items which it names by ids as they are given here, each once; none where it names none such.
    public var referredResponses: [String] {
        guard front.api.keepsAnswers else { return [] }
        return body.withUnsafeReadableBytes { bytes in
            // Few requests have any, and the search is cheaper than a walk through the items.
            guard Self.mayRefer(bytes) else { return [] }
            var seen: Set<String> = []
            var found: [String] = []
            forEachReference(in: bytes) { _, id, _ in
                guard found.count < Self.mostReferred, let response = ResponsesOutput.response(ofItem: id),
                    seen.insert(response).inserted
                else { return }
                found.append(response)
            }
            return found
        }
    }

    /// The same request with the items of these answers in the place of their names. Names of others stay.
    ///
    /// - Throws: where an answer has no such item, or an item is named twice: a body might grow without bound.
    public func holdingItems(of kept: [KeptResponse]) throws(RequestFault) -> ClientRequest {
        var answers = ReferredItems(of: kept)
        let whole = try body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            var edits = JSONEdits()
            var named: Set<String> = []
            try forEachReference(in: bytes) { item, id, index throws(RequestFault) in
                guard let response = ResponsesOutput.response(ofItem: id), answers.has(response) else { return }
                let name = JSONString.decode(id)
                guard named.insert(name).inserted else { throw .at("input[\(index)].id", "names an item twice") }
                guard let own = answers.item(name, of: response) else {
                    throw ResponsesItem.unknownReference(at: index)
                }
                edits.replace(item, with: .bytes(own))
            }
            var out = ByteBuffer()
            out.compose(atMost: bytes.count + edits.added) { edits.write(bytes, from: 0, to: bytes.count, to: &$0) }
            return out
        }
        return try ClientRequest.scan(whole, front: front).joiningStream(joinsStream)
    }

    /// Whether the type of a reference stands anywhere.
    private static func mayRefer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let (word, line): (StaticString, Int) = ("\"item_reference\"", 5)
        let size = word.utf8CodeUnitCount
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
        var place = JSONScanner.firstOffset(of: 0x5f, start, line, bytes.count)
        while place + size - line <= bytes.count {
            let found = UnsafeRawBufferPointer(start: start + place - line, count: size)
            if found.equals(word) { return true }
            place = JSONScanner.firstOffset(of: 0x5f, start, place + 1, bytes.count)
        }
        return false
    }

    /// Calls with each reference, the id that it names, without quotes, and its place in the input.
    private func forEachReference<Fault: Error>(
        in bytes: UnsafeRawBufferPointer,
        _ body: (_ item: JSONSlice, _ id: UnsafeRawBufferPointer, _ index: Int) throws(Fault) -> Void
    ) throws(Fault) {
        guard fields.has(.input), bytes[fields[.input]].first == 0x5b else { return }
        var index = 0
        try bytes.forEachElement(of: fields[.input]) { item throws(Fault) in
            defer { index += 1 }
            let object = JSONValue(item, of: bytes)
            guard object["type"]?.says("item_reference") ?? false, let id = object["id"]?.text else { return }
            try body(item, id, index)
        }
    }
}
