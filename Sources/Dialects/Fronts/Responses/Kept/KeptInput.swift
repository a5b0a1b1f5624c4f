public import NIOCore

/// What a kept response was asked: the whole conversation before its answer, as items that have all that OpenAI's have.
public struct KeptInput: Sendable {
    /// A part of the list.
    public struct Page: Sendable {
        /// How many items at most.
        public var limit = 20
        /// Whether the last one comes first.
        public var isDescending = true
        /// The id of the item behind which it begins, in its order; nil: it begins with the first.
        public var after: String?

        /// The first part, as it is asked for without a word.
        public init() {}
    }

    /// The conversation as an array.
    private let list: [UInt8]
    private let items: [JSONSlice]
    private let ids: [String]
    /// The items whose ids are no client's own.
    private let named: Set<Int>

    /// The input of this response.
    public init(_ kept: KeptResponse) {
        let list: [UInt8] = [0x5b] + kept.items + [0x5d]
        let answers = kept.object.withUnsafeBytes { bytes in
            var count = 0
            JSONValue(bytes)["output"]?.forEachElement { _ in count += 1 }
            return count
        }
        self.list = list
        (items, ids, named) = list.withUnsafeBytes { bytes in
            var asked: [JSONSlice] = []
            bytes.forEachElement(of: bytes.whole) { asked.append($0) }
            // The answer's own are the last.
            asked.removeLast(min(answers, asked.count))
            var (ids, named): ([String], Set<Int>) = ([], [])
            var seen: Set<String> = []
            for (number, slice) in asked.enumerated() {
                let item = JSONValue(slice, of: bytes)
                if let id = item["id"]?.text.map({ JSONString.decode($0) }), !id.isEmpty, seen.insert(id).inserted {
                    ids.append(id)
                    continue
                }
                // A page goes on behind an id, so no two items have the same.
                var id = Self.id(number, item, of: kept.id)
                while !seen.insert(id).inserted { id += "_" }
                ids.append(id)
                named.insert(number)
            }
            return (asked, ids, named)
        }
    }

    /// Writes a page of it as OpenAI's list.
    ///
    /// - Returns: false where there is no item of the id behind which it is to begin; then nothing is written.
    public func write(_ page: Page, into out: inout ByteBuffer) -> Bool {
        let order = page.isDescending ? Array(items.indices.reversed()) : Array(items.indices)
        var rest = order[...]
        if let after = page.after {
            guard let place = order.firstIndex(where: { ids[$0] == after }) else { return false }
            rest = order[(place + 1)...]
        }
        let chosen = rest.prefix(page.limit)
        out.writeStaticString("{\"object\":\"list\",\"data\":[")
        for (place, number) in chosen.enumerated() {
            if place > 0 { out.writeStaticString(",") }
            out.writeBytes(item(number))
        }
        out.writeStaticString("],\"first_id\":")
        Self.write(chosen.first.map { ids[$0] }, into: &out)
        out.writeStaticString(",\"last_id\":")
        Self.write(chosen.last.map { ids[$0] }, into: &out)
        out.writeStaticString(chosen.count < rest.count ? ",\"has_more\":true}" : ",\"has_more\":false}")
        return true
    }

    /// The ids of all items, in their order.
    var allIDs: [String] { ids }

    /// An item with all that OpenAI's have.
    func item(_ number: Int) -> [UInt8] {
        list.withUnsafeBytes {
            Self.whole(JSONValue(items[number], of: $0), named.contains(number) ? ids[number] : nil)
        }
    }

    private static func write(_ id: String?, into out: inout ByteBuffer) {
        if let id { out.writeQuoted(id) } else { out.writeStaticString("null") }
    }

    /// The id of an item that its client gave none, or one that names no item: the same whenever it is asked for.
    private static func id(_ number: Int, _ item: JSONValue, of response: String) -> String {
        var start = "msg"
        if let type = item["type"], !type.says("message") {
            start = type.says("function_call") ? "fc" : type.says("reasoning") ? "rs" : "item"
        }
        return "\(start)_in_\(response.dropFirst(5))_\(number)"
    }

    /// An item with what clients may leave out: its type, its id, the parts of a message that is a string.
    private static func whole(_ item: JSONValue, _ id: String?) -> [UInt8] {
        var edits = JSONEdits()
        let isMessage = item["type"]?.says("message") ?? true
        var added: [UInt8] = []
        if let id { added += Array("\"id\":\"\(id)\",".utf8) }
        if item["type"] == nil { added.append("\"type\":\"message\",") }
        if isMessage, item["status"] == nil { added.append("\"status\":\"completed\",") }
        if !added.isEmpty { edits.insert(.bytes(added), at: 1) }
        edits.editMembers(of: item.raw.whole, in: item.raw) { edits, name, value in
            let label = item.raw[name]
            if id != nil, label.equals("id") { return false }
            // What is null is as if it were not there, and stands above.
            if item.raw[value].equals("null"), label.equals("type") || label.equals("status") {
                return false
            }
            if isMessage, label.equals("content"), item.raw[value].first == 0x22 {
                let isOwn = item["role"]?.says("assistant") ?? false
                let start = isOwn ? "[{\"type\":\"output_text\",\"text\":" : "[{\"type\":\"input_text\",\"text\":"
                edits.replace(
                    value,
                    with: .bytes(
                        Array(start.utf8) + item.raw[value]
                            + Array(isOwn ? ",\"annotations\":[],\"logprobs\":[]}]".utf8 : "}]".utf8)))
            }
            return true
        }
        var out = ByteBuffer()
        out.compose(atMost: item.raw.count + edits.added) {
            edits.write(item.raw, from: 0, to: item.raw.count, to: &$0)
        }
        return Array(out.readableBytesView)
    }
}
