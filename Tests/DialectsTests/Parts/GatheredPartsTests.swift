import NIOCore
import Testing

@testable import Dialects

/// Answers of parts, put together.
@Suite struct GatheredPartsTests {
    private func parts(_ body: String, _ front: Front, most: Int = 0) throws -> RequestParts {
        let request = try ClientRequest.scan(ByteBuffer(string: body), front: front)
        return try #require(most > 0 ? RequestParts(textsOf: request, most: most) : RequestParts(answersOf: request))
    }

    private func chat(_ n: Int) throws -> RequestParts {
        try parts(#"{"model":"m","n":\#(n),"messages":[{"role":"user","content":"hi"}]}"#, .openAIChat)
    }

    private func texts(_ count: Int, _ front: Front) throws -> RequestParts {
        let list = (10..<count + 10).map { "\"t\($0)\"" }.joined(separator: ",")
        return try parts(#"{"model":"m","input":[\#(list)]}"#, front, most: 2)
    }

    private func piece(_ id: String, _ text: String) -> String {
        #"data: {"id":"\#(id)","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":"\#(text)"},"finish_reason":null}],"usage":null}"#
            + "\n\n"
    }

    /// An answer of a part is taken, or is not.
    private func expect(_ isTaken: Bool, _ gathered: inout GatheredParts, takes body: ByteBuffer, of part: Int) {
        let found = gathered.add(whole: body, of: part)
        #expect(found == isTaken)
    }

    // MARK: Streams

    @Test func `pieces that come in any order bear their part's number and one name`() throws {
        var gathered = GatheredParts(try chat(2))
        var out = ByteBuffer()
        gathered.add(ByteBuffer(string: piece("b", "x")), of: 1, into: &out)
        gathered.add(ByteBuffer(string: piece("a", "y") + piece("a", "z")), of: 0, into: &out)
        let events = String(buffer: out).split(separator: "\n\n")
        #expect(events.count == 3)
        #expect(events.allSatisfy { $0.contains(#"{"id":"b","#) })
        #expect(events[0].contains(#"[{"index":1,"delta":{"content":"x"}"#))
        #expect(events[1].contains(#"[{"index":0,"delta":{"content":"y"}"#))
        #expect(events[2].contains(#"[{"index":0,"delta":{"content":"z"}"#))
    }

    @Test func `counts and ends of single parts are left out, and said once for all`() throws {
        var gathered = GatheredParts(try chat(2))
        var out = ByteBuffer()
        for part in 0..<2 {
            let count = #"data: {"id":"a","choices":[],"usage":{"prompt_tokens":1}}"#
            let all = piece("a", "x") + count + "\n\n: a comment\n\ndata: [DONE]\n\n"
            gathered.add(ByteBuffer(string: all), of: part, into: &out)
        }
        #expect(String(buffer: out).split(separator: "\n\n").count == 2)
        out.clear()
        gathered.end(counting: Usage(promptTokens: 4, completionTokens: 6), cost: "0.5", into: &out)
        #expect(
            String(buffer: out)
                == #"data: {"id":"a","object":"chat.completion.chunk","model":"m","choices":[],"usage":{"prompt_tokens":4,"completion_tokens":6,"total_tokens":10,"cost":0.5}}"#
                + "\n\ndata: [DONE]\n\n")
    }

    @Test func `a client that does not ask for counts gets none`() throws {
        var gathered = GatheredParts(try chat(2))
        var out = ByteBuffer()
        gathered.add(ByteBuffer(string: piece("a", "x")), of: 0, into: &out)
        out.clear()
        gathered.end(counting: nil, cost: nil, into: &out)
        #expect(String(buffer: out) == "data: [DONE]\n\n")
    }

    // MARK: Whole answers

    private func whole(_ text: String) -> ByteBuffer {
        ByteBuffer(
            string:
                #" {"id":"\#(text)","choices":[{"message":{"content":"\#(text)"},"index":0}],"usage":{"prompt_tokens":2},"system_fingerprint":"f"}"#
        )
    }

    @Test func `whole answers are listed by their numbers, whichever was there first`() throws {
        var gathered = GatheredParts(try chat(3))
        for part in [2, 0, 1] { expect(true, &gathered, takes: whole("\(part)"), of: part) }
        let answer = try #require(gathered.whole(counting: Usage(promptTokens: 6, completionTokens: 3)))
        #expect(
            String(buffer: answer)
                == #"{"id":"0","choices":[{"message":{"content":"0"},"index":0},{"message":{"content":"1"},"index":1},{"message":{"content":"2"},"index":2}],"system_fingerprint":"f","usage":{"prompt_tokens":6,"completion_tokens":3,"total_tokens":9}}"#
        )
    }

    @Test func `without one of them there is no answer`() throws {
        var gathered = GatheredParts(try chat(2))
        expect(true, &gathered, takes: whole("0"), of: 0)
        #expect(gathered.whole(counting: Usage()) == nil)
    }

    @Test(arguments: [#"{"choices":[]}"#, #"{"choices":[{},{}]}"#, "{}", "[1]", "3", #"{"choices":null}"#])
    func `another number of answers than one is no answer`(body: String) throws {
        var gathered = GatheredParts(try chat(2))
        expect(false, &gathered, takes: ByteBuffer(string: body), of: 0)
    }

    // MARK: Vectors

    /// The vectors of a piece, each of its text's number, in an order of its own.
    private func vectors(_ texts: Range<Int>, order: [Int]) -> ByteBuffer {
        let rows = order.map { #"{"object":"embedding","index":\#($0),"embedding":[\#(texts.lowerBound + $0)]}"# }
        return ByteBuffer(
            string:
                #"{"object":"list","data":[\#(rows.joined(separator: ","))],"model":"m","usage":{"prompt_tokens":1}}"#)
    }

    @Test func `vectors stand in the order of the texts, whatever the order of pieces and of vectors in a piece`()
        throws
    {
        var gathered = GatheredParts(try texts(33, .openAIEmbeddings))
        let cut = try #require(Self.cut(try texts(33, .openAIEmbeddings)))
        expect(true, &gathered, takes: vectors(cut..<33, order: Array((0..<33 - cut).reversed())), of: 1)
        expect(true, &gathered, takes: vectors(0..<cut, order: (0..<cut).map { ($0 + 5) % cut }), of: 0)
        let answer = try #require(gathered.whole(counting: Usage(promptTokens: 33)))
        let rows = (0..<33).map { #"{"object":"embedding","index":\#($0),"embedding":[\#($0)]}"# }
        #expect(
            String(buffer: answer)
                == #"{"object":"list","data":[\#(rows.joined(separator: ","))],"model":"m","usage":{"prompt_tokens":33,"total_tokens":33}}"#
        )
    }

    private static func cut(_ parts: RequestParts) -> Int? {
        guard case .texts(let pieces) = parts.kind else { return nil }
        return pieces[1].first
    }

    @Test func `a vector too few, too many, or twice is no answer`() throws {
        var gathered = GatheredParts(try texts(32, .openAIEmbeddings))
        expect(false, &gathered, takes: vectors(0..<16, order: Array(0..<15)), of: 0)
        expect(false, &gathered, takes: vectors(0..<16, order: Array(0..<17)), of: 0)
        expect(false, &gathered, takes: vectors(0..<16, order: Array(0..<15) + [3]), of: 0)
        expect(true, &gathered, takes: vectors(0..<16, order: Array(0..<16)), of: 0)
    }

    @Test func `vectors of a box's own route are listed by their pieces, its counts added and its times not`() throws {
        var gathered = GatheredParts(try texts(32, .ollamaEmbed))
        func piece(_ first: Int, total: Int) -> ByteBuffer {
            let rows = (0..<16).map { "[\(first + $0)]" }.joined(separator: ",")
            return ByteBuffer(
                string:
                    #"{"model":"m","embeddings":[\#(rows)],"total_duration":\#(total),"load_duration":3,"prompt_eval_count":16}"#
            )
        }
        expect(true, &gathered, takes: piece(16, total: 9), of: 1)
        expect(true, &gathered, takes: piece(0, total: 5), of: 0)
        let answer = try #require(gathered.whole(counting: Usage(promptTokens: 32)))
        let rows = (0..<32).map { "[\($0)]" }.joined(separator: ",")
        #expect(
            String(buffer: answer)
                == #"{"model":"m","embeddings":[\#(rows)],"total_duration":9,"load_duration":3,"prompt_eval_count":32}"#
        )
    }
}
