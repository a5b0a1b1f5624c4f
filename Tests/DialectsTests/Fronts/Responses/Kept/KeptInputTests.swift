import Foundation
import NIOCore
import Testing

@testable import Dialects

/// What a kept response was asked, as a list.
@Suite struct KeptInputTests {
    private static let object =
        #"{"id":"resp_00000000000000a1","output":[{"type":"message","id":"msg_00000000000000a1_0"}]}"#

    private static func input(_ items: String) -> KeptInput {
        let own = #"{"type":"message","id":"msg_00000000000000a1_0"}"#
        return KeptInput(
            KeptResponse(
                id: "resp_00000000000000a1", object: Array(object.utf8),
                items: Array((items.isEmpty ? own : "\(items),\(own)").utf8)))
    }

    private static func page(
        _ items: String, _ change: (inout KeptInput.Page) -> Void = { $0.isDescending = false }
    ) throws -> String {
        var page = KeptInput.Page()
        change(&page)
        var out = ByteBuffer()
        #expect(input(items).write(page, into: &out))
        let text = String(buffer: out)
        _ = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return text
    }

    @Test func `items have what their client left out, and the answer is none of them`() throws {
        let items = [
            #"{"role":"user","content":"a \"b\""}"#, #" { "id" : null , "content":"c", "role":"assistant" }"#,
            #"{"type":"function_call","call_id":"1","name":"f","arguments":"{}"}"#,
            #"{"type":"function_call_output","call_id":"1","output":"x","id":"own"}"#,
            #"{"type":"message","role":"user","status":"in_progress","content":[{"type":"input_text","text":"d"}]}"#,
        ]
        let whole = [
            #"{"id":"msg_in_00000000000000a1_0","type":"message","status":"completed","role":"user","content":[{"type":"input_text","text":"a \"b\""}]}"#,
            #"{"id":"msg_in_00000000000000a1_1","type":"message","status":"completed", "content":[{"type":"output_text","text":"c","annotations":[],"logprobs":[]}], "role":"assistant" }"#,
            #"{"id":"fc_in_00000000000000a1_2","type":"function_call","call_id":"1","name":"f","arguments":"{}"}"#,
            items[3],
            #"{"id":"msg_in_00000000000000a1_4","type":"message","role":"user","status":"in_progress","content":[{"type":"input_text","text":"d"}]}"#,
        ]
        let text = try Self.page(items.joined(separator: ","))
        let list = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let expected = try JSONSerialization.jsonObject(with: Data("[\(whole.joined(separator: ","))]".utf8))
        #expect(NSArray(array: list["data"] as? [Any] ?? []) == NSArray(array: expected as? [Any] ?? []), "\(text)")
        #expect(
            text.hasSuffix(
                #"],"first_id":"msg_in_00000000000000a1_0","last_id":"msg_in_00000000000000a1_4","has_more":false}"#))
        #expect(try Self.page("") == #"{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}"#)
    }

    @Test func `pages go on behind an item, in either order`() throws {
        let items = ["a", "b", "c"].map { #"{"type":"function_call_output","call_id":"1","output":"","id":"\#($0)"}"# }
            .joined(separator: ",")
        func ids(_ change: (inout KeptInput.Page) -> Void) throws -> String {
            let text = try Self.page(items, change)
            let ids = text.split(separator: #""output":"","id":""#).dropFirst().map { String($0.prefix(1)) }.joined()
            return ids + (text.contains(#""has_more":true"#) ? "+" : "")
        }
        #expect(try ids { _ in } == "cba")
        #expect(try ids { $0.limit = 2 } == "cb+")
        #expect(try ids { ($0.limit, $0.after) = (2, "b") } == "a")
        #expect(try ids { ($0.isDescending, $0.limit, $0.after) = (false, 1, "a") } == "b+")
        #expect(try ids { ($0.isDescending, $0.after) = (false, "c") } == "")
        var page = KeptInput.Page()
        page.after = "d"
        var out = ByteBuffer()
        #expect(!Self.input(items).write(page, into: &out) && out.readableBytes == 0)
    }

    @Test func `pages come to an end whatever ids a client has given`() throws {
        let ids = ["", "a", "a", "", "msg_in_00000000000000a1_0", "b"]
        let items =
            (ids.map { #"{"id":"\#($0)","role":"user","content":"x"}"# } + [#"{"id":7,"role":"user","content":"x"}"#])
        var (seen, after): ([String], String?) = ([], nil)
        while seen.count < 20 {
            let text = try Self.page(items.joined(separator: ",")) {
                ($0.isDescending, $0.limit, $0.after) = (false, 1, after)
            }
            let list = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            let data = try #require(list?["data"] as? [[String: Any]])
            seen += data.compactMap { $0["id"] as? String }
            #expect(text.components(separatedBy: #""id":"#).count == 2 && list?["last_id"] as? String == seen.last)
            guard list?["has_more"] as? Bool == true else { break }
            after = seen.last
        }
        #expect(
            seen == [
                "msg_in_00000000000000a1_0", "a", "msg_in_00000000000000a1_2", "msg_in_00000000000000a1_3",
                "msg_in_00000000000000a1_4", "b", "msg_in_00000000000000a1_6",
            ])
    }
}
