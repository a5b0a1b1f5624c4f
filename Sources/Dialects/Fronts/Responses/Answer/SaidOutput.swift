import NIOCore

/// The output of a response as its stream has told it, event by event: of one that was ended from here, the last event says nothing of it.
struct SaidOutput {
    /// The items that are whole, with commas between them.
    private var items: [UInt8] = []
    /// The item that is open, as it was announced; empty where none is.
    private var open: [UInt8] = []
    /// What came of it: the inside of a JSON string.
    private var text: [UInt8] = []

    mutating func take(_ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) {
        if name.equals("response.output_item.added") {
            closeOpen()
            open = data.member("item", of: data.object).map { Array(data[$0]) } ?? []
        } else if name.equals("response.output_item.done") {
            guard let item = data.member("item", of: data.object) else { return }
            (open, text) = ([], [])
            add(data[item])
        } else if name.count > 6, UnsafeRawBufferPointer(rebasing: name.suffix(6)).equals(".delta") {
            guard let delta = data.member("delta", of: data.object), data[delta][0] == 0x22 else { return }
            text.append(contentsOf: data[delta.unquoted])
        }
    }

    /// All of it, the item that is still open as far as it has come.
    mutating func takeAll() -> [UInt8] {
        closeOpen()
        return items
    }

    private mutating func add(_ item: UnsafeRawBufferPointer) {
        if !items.isEmpty { items.append(0x2c) }
        items.append(contentsOf: item)
    }

    private mutating func closeOpen() {
        guard !open.isEmpty else { return }
        let (item, text) = (open, text)
        (open, self.text) = ([], [])
        item.withUnsafeBytes { bytes in
            var edits = JSONEdits()
            bytes.forEachMember(of: bytes.whole) { name, value in
                let label = bytes[name]
                if label.equals("status") {
                    edits.replace(value, with: .text("\"incomplete\""))
                } else if label.equals("arguments"), bytes[value][0] == 0x22 {
                    edits.replace(value, with: .bytes([0x22] + text + [0x22]))
                } else if label.equals("content"), JSONValue(value, of: bytes).isEmpty {
                    let end = "\",\"annotations\":[],\"logprobs\":[]}]"
                    edits.replace(
                        value,
                        with: .bytes(Array("[{\"type\":\"output_text\",\"text\":\"".utf8) + text + Array(end.utf8)))
                } else if label.equals("summary"), JSONValue(value, of: bytes).isEmpty, !text.isEmpty {
                    edits.replace(
                        value,
                        with: .bytes(Array("[{\"type\":\"summary_text\",\"text\":\"".utf8) + text + Array("\"}]".utf8)))
                }
            }
            var out = ByteBuffer()
            out.compose(atMost: bytes.count + edits.added) { edits.write(bytes, from: 0, to: bytes.count, to: &$0) }
            out.withUnsafeReadableBytes { add($0) }
        }
    }
}
