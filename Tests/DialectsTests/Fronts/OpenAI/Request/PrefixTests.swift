import Dialects
import NIOCore
import Testing

/// How a prompt begins, as hashes.
@Suite struct PrefixTests {
    private func message(_ number: Int, length: Int = 300) -> String {
        let text = String(repeating: "message \(number) ", count: length / 10)
        return "{\"role\":\"\(number % 2 == 0 ? "user" : "assistant")\",\"content\":\"\(text)\"}"
    }

    private func chain(_ messages: [String], extra: String = "", limit: Int = 1024) throws -> [UInt64] {
        let body = "{\"model\":\"m\",\"messages\":[\(messages.joined(separator: ","))]\(extra)}"
        return try ClientRequest.scan(ByteBuffer(string: body), front: .openAIChat)
            .prefixHashes(blockBytes: 512, limit: limit)
    }

    @Test func `a conversation that goes on begins with the earlier one`() throws {
        let messages = (0..<20).map { message($0) }
        var earlier: [UInt64] = []
        for count in 1...20 {
            let now = try chain(Array(messages.prefix(count)))
            #expect(now.starts(with: earlier))
            #expect(now.count == (messages.prefix(count).joined(separator: ",").utf8.count + 1) / 512)
            earlier = now
        }
        #expect(Set(earlier).count == earlier.count)
    }

    @Test func `what differs early differs from there on`() throws {
        let one = try chain((0..<10).map { message($0) })
        let two = try chain((0..<10).map { message($0 == 4 ? 40 : $0) })
        let common = zip(one, two).prefix { $0 == $1 }.count
        #expect((2...4).contains(common))
        #expect(zip(one, two).dropFirst(common).allSatisfy { $0 != $1 })
    }

    @Test func `only whole blocks count, and no more than the limit`() throws {
        #expect(try chain([message(0, length: 100)]).isEmpty)
        let all = try chain((0..<20).map { message($0) })
        #expect(try chain((0..<20).map { message($0) }, limit: 3) == Array(all.prefix(3)))
    }

    @Test func `other fields change nothing, but for tools, which stand first in the template`() throws {
        let messages = (0..<6).map { message($0) }
        let plain = try chain(messages)
        #expect(try chain(messages, extra: ",\"temperature\":0.5,\"stream\":true") == plain)
        let tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]"
        #expect(try chain(messages, extra: tools).allSatisfy { !plain.contains($0) })
        #expect(try chain(messages, extra: tools) == chain(messages, extra: tools))
    }

    @Test func `completions have a beginning too, embeddings have none`() throws {
        let text = String(repeating: "once upon a time ", count: 100)
        func chain(_ field: String, _ text: String, _ front: Front) throws -> [UInt64] {
            try ClientRequest.scan(ByteBuffer(string: "{\"model\":\"m\",\"\(field)\":\"\(text)\"}"), front: front)
                .prefixHashes(blockBytes: 512, limit: 1024)
        }
        let short = try chain("prompt", text, .openAICompletions)
        #expect(short.count == 3)
        #expect(try chain("prompt", text + text, .openAICompletions).starts(with: short))
        #expect(try chain("input", text, .openAIEmbeddings).isEmpty)
    }
}
