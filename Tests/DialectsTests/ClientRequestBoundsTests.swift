import NIOCore
import Testing

@testable import Dialects

@Suite struct ClientRequestBoundsTests {
    private func scan(_ body: String, _ front: Front = .openAIChat) throws -> ClientRequest {
        try ClientRequest.scan(ByteBuffer(string: body), front: front)
    }

    @Test(arguments: [
        ("", 7), (#","max_tokens":50"#, 7), (#","max_completion_tokens":50"#, 7), (#","max_tokens":-1"#, 7),
        (#","max_tokens":50,"max_completion_tokens":60"#, 7),
    ])
    func `an answer's limit takes the place of those there are`(more: String, limit: Int) throws {
        let request = try scan(#"{"model":"m","messages":[{"role":"user","content":"hi"}],"top_k":3\#(more)}"#)
        let limited = try request.limitingAnswer(to: limit)
        #expect(limited.maxTokens == limit && limited.model == "m")
        let text = String(buffer: limited.body)
        #expect(text.contains(#""top_k":3"#) && text.contains(#""content":"hi""#))
        #expect(text.components(of: "_tokens").count == 2, "\(text)")
    }

    @Test func `Ollama's stands among its options`() throws {
        for options in ["", #","options":{}"#, #","options":{"num_predict":90,"seed":1}"#] {
            let request = try scan(
                #"{"model":"m","messages":[{"role":"user","content":"hi"}]\#(options)}"#, .ollamaChat)
            #expect(try request.limitingAnswer(to: 7).maxTokens == 7, "\(options)")
        }
    }

    @Test func `the client of the client is named, or nobody`() throws {
        let chat = #""messages":[{"role":"user","content":"hi"}]"#
        #expect(try scan("{\"model\":\"m\",\"user\":\"cust\\u00e9\",\(chat)}").endUser == "custé")
        #expect(try scan("{\"model\":\"m\",\"user\":\"\",\(chat)}").endUser == nil)
        #expect(try scan("{\"model\":\"m\",\(chat)}").endUser == nil)
    }

    private func bound(_ part: String, _ front: Front = .openAIChat) throws -> Int {
        let text = front == .openAIResponses ? "input_text" : "text"
        let list = front == .openAIResponses ? "input" : "messages"
        return try scan(
            #"{"model":"m","\#(list)":[{"role":"user","content":[{"type":"\#(text)","text":"hi"},\#(part)]}]}"#, front
        ).promptTokenBound
    }

    @Test func `each of Ollama's pictures counts`() throws {
        func bound(_ count: Int) throws -> Int {
            let pictures = Array(repeating: #""iVBORw0KGgo=""#, count: count).joined(separator: ",")
            return try scan(
                #"{"model":"m","messages":[{"role":"user","content":"hi","images":[\#(pictures)]}]}"#, .ollamaChat
            ).promptTokenBound
        }
        #expect(try bound(1) >= 4096)
        #expect(try bound(5) - bound(1) >= 4 * 4096)
    }

    @Test(arguments: [
        (#"{"type":"input_audio","input_audio":{"data":"§","format":"wav"}}"#, Front.openAIChat),
        (#"{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,§"}}"#, .openAIChat),
        (#"{"type":"image_url","image_url":{"url":"data:application/pdf;base64,§"}}"#, .openAIChat),
        (#"{"type":"input_file","filename":"a.pdf","file_data":"§"}"#, .openAIResponses),
    ])
    func `sounds, films and files count by their bytes`(part: String, front: Front) throws {
        let bytes = 200_000
        let bound = try bound(part.replacing("§", with: String(repeating: "A", count: bytes)), front)
        #expect(bound >= bytes && bound < bytes + 40_000, "\(bound)")
    }

    @Test(arguments: [
        #"{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"§"}}"#,
        #"{"type":"video_url","video_url":{"url":"data:video/mp4;base64,§"}}"#,
    ])
    func `those of other fronts do too`(part: String) {
        let body = ByteBuffer(
            string: "{\"input\":[\(part.replacing("§", with: String(repeating: "A", count: 200_000)))]}")
        let counted = body.withUnsafeReadableBytes { MediaBound($0).bytes }
        #expect(counted >= 200_000 && counted < 201_000)
    }

    @Test func `a picture does not count by its bytes`() throws {
        let data = String(repeating: "A", count: 200_000)
        #expect(try bound(#"{"type":"image_url","image_url":{"url":"data:image/png;base64,\#(data)"}}"#) < 40_000)
    }

    @Test func `a value is taken apart one level deep`() throws {
        let json = try #require(JSONText(#" {"a": [1, "x\n", null], "b": {"c": true}, "b": -1.5e3} "#))
        guard case .members(let members) = json.content else { return #expect(Bool(false)) }
        #expect(members.map(\.name) == ["a", "b", "b"])
        guard case .list(let list)? = json.member("a")?.content else { return #expect(Bool(false)) }
        #expect(list.map(\.description) == ["1", #""x\n""#, "null"])
        if case .text(let text) = list[1].content { #expect(text == "x\n") }
        if case .number(let text)? = json.member("b")?.content { #expect(text == "-1.5e3") }
        #expect(json.member("none") == nil && list[0].member("a") == nil)
    }
}

extension String {
    fileprivate func components(of part: String) -> [Substring] {
        var found: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            found.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return found + [rest]
    }
}
