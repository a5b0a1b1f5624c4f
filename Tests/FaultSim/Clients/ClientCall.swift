import Balancer
import NIOCore

/// One request of a client's: what it sends, and what it makes of the answer.
final class ClientCall {
    let marker: Int
    let plan: Scenario.Call
    let client: Int
    /// Whether anything keeps it inside.
    let isConfined: Bool
    /// What the answer says, so far.
    var reply = ClientReply()
    var isSent = false
    /// Sent whole, as far as the client knows.
    var sentAt: Moment?
    /// How it ended for the client.
    var ending: Ending?

    enum Ending { case answered, left, connectionEnded, neverSent }

    init(marker: Int, plan: Scenario.Call, client: Int, isConfined: Bool) {
        self.marker = marker
        self.plan = plan
        self.client = client
        self.isConfined = isConfined
    }

    private var path: String {
        switch plan.front {
        case .openAIChat: "/v1/chat/completions"
        case .openAICompletions: "/v1/completions"
        case .ollamaChat: "/api/chat"
        case .ollamaGenerate: "/api/generate"
        case .anthropic: "/v1/messages"
        case .openAIEmbeddings: "/v1/embeddings"
        }
    }

    /// The words that the client got.
    var text: String {
        switch plan.front {
        case .openAIChat, .ollamaChat: reply.body.quoted(behind: "\"content\":\"")
        case .openAICompletions, .anthropic: reply.body.quoted(behind: "\"text\":\"")
        case .ollamaGenerate: reply.body.quoted(behind: "\"response\":\"")
        case .openAIEmbeddings: reply.body.first(between: "\"embedding\":[", and: "]")
        }
    }

    /// The words of each of the answers, where it has asked for several.
    var texts: [String] {
        guard plan.answers > 1 else { return [text] }
        var texts = [String](repeating: "", count: plan.answers)
        var offset = reply.body.distance(to: "\"index\":")
        while let at = offset {
            offset = reply.body.distance(to: "\"index\":", from: at + 8)
            let end = offset ?? reply.body.readableBytes
            guard let piece = reply.body.getSlice(at: reply.body.readerIndex + at, length: end - at),
                let index = piece.number(behind: "\"index\":"), texts.indices.contains(index)
            else { continue }
            texts[index] += piece.quoted(behind: "\"content\":\"")
        }
        return texts
    }

    /// Whether the client was told that this was all.
    var saysWhole: Bool {
        guard reply.status == 200, reply.isWhole else { return false }
        guard plan.streams else { return true }
        switch plan.front {
        case .openAIChat, .openAICompletions, .openAIEmbeddings: return reply.body.has("data: [DONE]")
        case .ollamaChat, .ollamaGenerate: return reply.body.has("\"done\":true")
        case .anthropic: return reply.body.has("\"type\":\"message_stop\"")
        }
    }

    /// Whether a stream has ended with an error.
    var saysError: Bool { reply.body.has("\"error\"") }

    func bytes(key: String?) -> ByteBuffer {
        let body = self.body
        var head = "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1:4000\r\nContent-Type: application/json\r\n"
        if let key { head += "Authorization: Bearer \(plan.flaw == .wrongKey ? "sk-nobody" : key)\r\n" }
        if plan.isConfined { head += "x-drover-local-only: true\r\n" }
        if let timeout = plan.timeout { head += "x-litellm-timeout: \(timeout)\r\n" }
        if plan.flaw == .hugeHead { head += "x-long: \(String(repeating: "x", count: 9000))\r\n" }
        head += "x-litellm-call-id: call-\(marker)\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        var bytes = ByteBuffer(string: head)
        bytes.writeString(body)
        return bytes
    }

    private var body: String {
        let model = plan.flaw == .unknownModel ? "nobody" : "m\(plan.model)"
        var prompt = "req-\(marker)."
        for _ in 0..<(plan.flaw == .hugeBody ? 4000 : plan.words) { prompt += " word" }
        var fields = plan.flaw == .noModel ? "" : "\"model\":\"\(model)\","
        if plan.front != .openAIEmbeddings { fields += "\"stream\":\(plan.streams)," }
        let limit = plan.maxTokens ?? (plan.front == .anthropic ? 64 : nil)
        switch plan.front {
        case .openAIChat, .anthropic:
            fields += "\"messages\":[{\"role\":\"user\",\"content\":\"\(prompt)\"}]"
            if let limit { fields += ",\"max_tokens\":\(limit)" }
            if plan.answers > 1 { fields += ",\"n\":\(plan.answers)" }
        case .openAICompletions:
            fields += "\"prompt\":\"\(prompt)\""
            if let limit { fields += ",\"max_tokens\":\(limit)" }
        case .openAIEmbeddings: fields += "\"input\":\"\(prompt)\""
        case .ollamaChat:
            fields += "\"messages\":[{\"role\":\"user\",\"content\":\"\(prompt)\"}]"
            if let limit { fields += ",\"options\":{\"num_predict\":\(limit)}" }
        case .ollamaGenerate:
            fields += "\"prompt\":\"\(prompt)\""
            if let limit { fields += ",\"options\":{\"num_predict\":\(limit)}" }
        }
        return "{\(fields)\(plan.flaw == .badJSON ? ",,": "")}"
    }
}
