import NIOCore
import Testing

@testable import Dialects

@Suite struct JSONEditsTests {
    /// The object without the members of these names.
    private static func without(_ names: [StaticString], _ text: String) -> String {
        let bytes = ByteBuffer(string: text)
        return bytes.withUnsafeReadableBytes { bytes in
            var edits = JSONEdits()
            edits.editMembers(of: JSONSlice(from: 0, to: bytes.count), in: bytes) { _, name, _ in
                !names.contains { bytes[name].equals($0) }
            }
            var out = ByteBuffer()
            out.compose(atMost: bytes.count + edits.added) {
                edits.write(bytes, from: 0, to: bytes.count, to: &$0)
            }
            return String(buffer: out)
        }
    }

    @Test func `takes out any members and leaves an object`() throws {
        let members = [#""a":1"#, #" "b" : [1,{"a":2}] "#, #""c":"x,}""#, #"  "d":null"#]
        let names: [StaticString] = ["a", "b", "c", "d"]
        let whole = "{" + members.joined(separator: ",") + " }"
        for mask in 0..<16 {
            let gone = names.indices.filter { mask & 1 << $0 != 0 }
            let expected =
                "{" + members.indices.filter { !gone.contains($0) }.map { members[$0] }.joined(separator: ",") + "}"
            let result = Self.without(gone.map { names[$0] }, whole)
            #expect(try canonical(result) == canonical(expected), "\(result)")
        }
        #expect(Self.without(["a"], "{}") == "{}")
        #expect(Self.without([], whole) == whole)
    }

    @Test func `keeps edits in the document's order, and at one place in theirs`() {
        let bytes = ByteBuffer(string: "0123456789")
        let text = bytes.withUnsafeReadableBytes { bytes -> String in
            var edits = JSONEdits()
            edits.insert(.text("z"), at: 10)
            edits.replace(JSONSlice(from: 2, to: 4), with: .bytes(Array("xy".utf8)))
            edits.insert(.part(JSONSlice(from: 8, to: 9)), at: 4)
            edits.insert(.text("!"), at: 4)
            edits.remove(from: 5, to: 6)
            #expect(edits.added == 5)
            var out = ByteBuffer()
            out.compose(atMost: 15) { edits.write(bytes, from: 1, to: 10, to: &$0) }
            return String(buffer: out)
        }
        #expect(text == "1xy8!46789z")
    }
}
