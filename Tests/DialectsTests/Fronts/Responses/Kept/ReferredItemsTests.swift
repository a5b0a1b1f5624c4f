import Foundation
import NIOCore
import Testing

@testable import Dialects

/// Items of kept answers in the place of their names.
@Suite struct ReferredItemsTests {
    private static func response(_ number: Int, items: [String]) -> KeptResponse {
        let id = "resp_00000000000000a\(number)"
        let own = #"{"type":"message","id":"msg_00000000000000a\#(number)_0","role":"assistant","content":"own"}"#
        return KeptResponse(
            id: id, object: Array(#"{"id":"\#(id)","output":[\#(own)]}"#.utf8),
            items: Array((items + [own]).joined(separator: ",").utf8))
    }

    @Test func `several items of one answer's input are found, and so are those of its output`() throws {
        let first = Self.response(1, items: ["a", "b"].map { #"{"role":"user","content":"\#($0)"}"# })
        let second = Self.response(2, items: [#"{"role":"user","content":"c"}"#])
        let names = [
            "msg_in_00000000000000a1_1", "msg_00000000000000a1_0", "msg_in_00000000000000a1_0",
            "msg_in_00000000000000a2_0",
        ]
        let input = names.map { #"{"type":"item_reference","id":"\#($0)"}"# }.joined(separator: ",")
        let request = try ClientRequest.scan(
            ByteBuffer(string: #"{"model":"m","input":[\#(input)]}"#), front: .openAIResponses)
        #expect(request.referredResponses == [first.id, second.id])
        let whole = try request.holdingItems(of: [first, second])
        let body = try JSONSerialization.jsonObject(with: Data(whole.body.readableBytesView)) as? [String: Any]
        let items = try #require(body?["input"] as? [[String: Any]])
        let texts = items.map { item in
            (item["content"] as? [[String: Any]])?.first?["text"] as? String ?? item["content"] as? String
        }
        #expect(texts == ["b", "own", "a", "c"] && items.map { $0["id"] as? String } == names)
        #expect(throws: RequestFault.self) { try request.holdingItems(of: [Self.response(1, items: []), second]) }
    }

    /// Read for each of them anew it would take minutes.
    @Test(.timeLimit(.minutes(1))) func `an answer is read once, however many of its items are named`() {
        let count = 40_000
        var items = ReferredItems(of: [
            Self.response(1, items: Array(repeating: #"{"role":"user","content":"a"}"#, count: count))
        ])
        for number in 0..<count {
            let item = items.item("msg_in_00000000000000a1_\(number)", of: "resp_00000000000000a1")
            #expect(item != nil)
        }
        #expect(items.item("msg_in_00000000000000a1_\(count)", of: "resp_00000000000000a1") == nil)
    }
}
