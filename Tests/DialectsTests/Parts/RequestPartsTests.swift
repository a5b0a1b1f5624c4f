import NIOCore
import Testing

@testable import Dialects

/// Requests that run as several: how many, and the body of each.
@Suite struct RequestPartsTests {
    private func scan(_ body: String, _ front: Front = .openAIChat) throws -> ClientRequest {
        try ClientRequest.scan(ByteBuffer(string: body), front: front)
    }

    private func bodies(_ parts: RequestParts?) -> [String] {
        (0..<(parts?.count ?? 0)).compactMap { part in parts.map { String(buffer: $0.body(of: part)) } }
    }

    @Test func `each of several answers is a request without n, the others as the client wrote them`() throws {
        let request = try scan(#"{"model":"m","n":3,"messages":[{"role":"user","content":"hi"}],"temperature":0.5}"#)
        let one = #"{"model":"m","messages":[{"role":"user","content":"hi"}],"temperature":0.5}"#
        #expect(bodies(RequestParts(answersOf: request)) == [one, one, one])
    }

    @Test(arguments: [#""n":1,"#, "", #""n":null,"#])
    func `a request for one answer has no parts`(n: String) throws {
        let request = try scan(#"{"model":"m",\#(n)"messages":[{"role":"user","content":"hi"}]}"#)
        #expect(RequestParts(answersOf: request) == nil)
    }

    @Test func `answers of one seed have seeds of their own, wherever it stands`() throws {
        let request = try scan(
            #"{"model":"m","n":2,"seed":7,"options":{"seed":40,"top_k":3},"messages":[{"role":"user","content":"hi"}]}"#
        )
        #expect(
            bodies(RequestParts(answersOf: request)) == [
                #"{"model":"m","seed":7,"options":{"seed":40,"top_k":3},"messages":[{"role":"user","content":"hi"}]}"#,
                #"{"model":"m","seed":8,"options":{"seed":41,"top_k":3},"messages":[{"role":"user","content":"hi"}]}"#,
            ])
    }

    @Test func `every prompt has its own answers, in the order of the prompts`() throws {
        let request = try scan(#"{"n":2,"model":"m","prompt":["a","b\n"]}"#, .openAICompletions)
        #expect(
            bodies(RequestParts(answersOf: request)) == [
                #"{"model":"m","prompt":"a"}"#, #"{"model":"m","prompt":"a"}"#,
                #"{"model":"m","prompt":"b\n"}"#, #"{"model":"m","prompt":"b\n"}"#,
            ])
    }

    @Test func `the best of as many as are wanted are all of them, and of more they are not`() throws {
        let all = try scan(#"{"model":"m","prompt":"a","n":2,"best_of":2}"#, .openAICompletions)
        #expect(bodies(RequestParts(answersOf: all)).allSatisfy { $0 == #"{"model":"m","prompt":"a"}"# })
        let some = try scan(#"{"model":"m","prompt":"a","n":2,"best_of":3}"#, .openAICompletions)
        #expect(bodies(RequestParts(answersOf: some)).first == #"{"model":"m","prompt":"a","best_of":3}"#)
    }

    @Test(arguments: [#"[]"#, #"[1,2]"#, #"["a",[1]]"#, #"[["a"]]"#])
    func `prompts that are no texts are refused by name`(prompt: String) throws {
        #expect { try scan(#"{"model":"m","prompt":\#(prompt)}"#, .openAICompletions) } throws: {
            ($0 as? RequestFault)?.param == "prompt"
        }
    }

    // MARK: Texts

    private func texts(_ count: Int, _ front: Front = .openAIEmbeddings) throws -> ClientRequest {
        let list = (0..<count).map { "\"text \($0)\"" }.joined(separator: ",")
        return try scan(#"{"model":"m","input":[\#(list)],"dimensions":3}"#, front)
    }

    @Test(arguments: [Front.openAIEmbeddings, .ollamaEmbed])
    func `a list of texts is cut into pieces that hold every text once, in order`(front: Front) throws {
        for (count, most) in [(32, 2), (33, 2), (100, 3), (1000, 7), (50, 9)] {
            let request = try texts(count, front)
            let parts = try #require(RequestParts(textsOf: request, most: most))
            #expect(parts.count == min(most, count / 16))
            var found: [String] = []
            for body in bodies(parts) {
                let piece = try scan(body, front)
                piece.body.withUnsafeReadableBytes { bytes in
                    bytes.forEachElement(of: piece.fields[.input]) {
                        found.append(JSONString.decode(bytes[$0.unquoted]))
                    }
                }
                #expect(piece.fields.has(.dimensions))
            }
            #expect(found == (0..<count).map { "text \($0)" })
        }
    }

    @Test func `long texts do not leave a piece without any`() throws {
        let list = (0..<40).map { "\"\(String(repeating: "x", count: $0 < 3 ? 5000 : 1))\"" }.joined(separator: ",")
        let parts = try #require(
            RequestParts(textsOf: try scan(#"{"model":"m","input":[\#(list)]}"#, .openAIEmbeddings), most: 2))
        guard case .texts(let pieces) = parts.kind else { return _ = Issue.record("pieces of texts") }
        #expect(pieces.map(\.texts.count) == [2, 38] && pieces.map(\.first) == [0, 2])
    }

    @Test func `few texts, one text, or one box are not worth several requests`() throws {
        #expect(RequestParts(textsOf: try texts(31), most: 4) == nil)
        #expect(RequestParts(textsOf: try texts(1000), most: 1) == nil)
        #expect(RequestParts(textsOf: try texts(1000), most: 0) == nil)
        let one = try scan(#"{"model":"m","input":"one text"}"#, .openAIEmbeddings)
        #expect(RequestParts(textsOf: one, most: 4) == nil)
        let load = try scan(#"{"model":"m"}"#, .ollamaEmbed)
        #expect(RequestParts(textsOf: load, most: 4) == nil)
    }

    @Test func `fronts that know no list have no parts`() throws {
        for front in [Front.ollamaGenerate, .ollamaEmbeddings] {
            #expect(try !scan(#"{"model":"m","prompt":"a"}"#, front).mayHaveParts)
        }
        #expect(try !scan(#"{"model":"m","input":["a"]}"#, .openAIResponses).mayHaveParts)
    }
}
