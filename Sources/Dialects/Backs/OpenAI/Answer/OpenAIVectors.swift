import NIOCore

/// The vectors of an answer of `/v1/embeddings`.
enum OpenAIVectors {
    /// An array of them in the order of the texts, by their numbers, whatever the order that they come in; nil where there are
    /// none, or one is missing or no list of numbers.
    static func rows(of body: UnsafeRawBufferPointer) -> ByteBuffer? {
        guard let data = body.member("data", of: body.object), body[data][0] == 0x5b else { return nil }
        var found: [JSONSlice] = []
        var isSound = true
        var count = 0
        body.forEachElement(of: data) { _ in count += 1 }
        found = Array(repeating: JSONSlice(), count: count)
        var next = 0
        body.forEachElement(of: data) { entry in
            let index = body.member("index", of: entry).flatMap { JSONNumber.integer(body[$0]) } ?? next
            next += 1
            guard let vector = body.member("embedding", of: entry), body[vector][0] == 0x5b,
                found.indices.contains(index), found[index].isAbsent
            else {
                isSound = false
                return
            }
            found[index] = vector
        }
        guard isSound, count > 0 else { return nil }
        var rows = ByteBuffer()
        rows.reserveCapacity(body.count)
        for (index, vector) in found.enumerated() {
            rows.writeStaticString(index == 0 ? "[" : ",")
            rows.writeBytes(body[vector])
        }
        rows.writeStaticString("]")
        return rows
    }
}
