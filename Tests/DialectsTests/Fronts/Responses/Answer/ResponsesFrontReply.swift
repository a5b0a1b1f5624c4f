import Foundation
import NIOCore
import Testing

@testable import Dialects

/// A recorded reply of any dialect, asked for by a client of `/v1/responses`, whose upstream has no such route.
struct ResponsesFrontReply: FrontReply {
    let path: String
    let provider: String
    let tag: String
    var joins = false

    init(_ other: OllamaFrontReply) {
        path = other.path
        // OpenAI has the route; servers that speak alike have chats alone.
        provider = other.provider == "openai" ? "hosted_vllm" : other.provider
        tag = other.tag
        joins = other.joins
    }

    static let translated =
        (OllamaFrontReply.translated + [
            .ollama("chat-stream.ndjson"), .ollama("chat-stream-thinking.ndjson"),
            .ollama("chat-stream-tools-no-id.ndjson"), .ollama("chat-stream-logprobs.ndjson"),
            .ollama("chat-tools.json"),
            .ollama("chat-thinking.json"),
        ]).map(Self.init)

    static let failing = OllamaFrontReply.failing.map { (reply: Self($0.reply), kind: $0.kind) }

    func request() throws -> ClientRequest { try request(.openAIResponses, isWhole: isWhole) }

    func request(_ front: Front, isWhole: Bool) throws -> ClientRequest {
        let prompt = front == .openAIResponses ? #""input":"Hi""# : #""messages":[{"role":"user","content":"Hi"}]"#
        return try Fixture.scan(#"{"model":"ll\u0061ma3",\#(prompt),"stream":\#(!isWhole)}"#, front)
            .joiningStream(isStream && isWhole)
    }

    /// What a client gets that asks for one answer, or for a stream.
    ///
    /// - Parameter front: another one's answer to the same, to be compared with.
    func translate(_ front: Front = .openAIResponses, isWhole: Bool) throws -> Translation {
        try translate(
            [try bytes()], with: translator(of: request(front, isWhole: isWhole)), isWhole: isWhole)
    }
}

/// The events of a stream, each checked against its name, and put together as OpenAI's libraries do.
struct ResponsesStream {
    typealias Object = [String: Any]

    private(set) var names: [String] = []
    private(set) var last: Object = [:]
    /// The items as their pieces say they are.
    private(set) var items: [Object] = []

    init(_ text: String) throws {
        try #require(text.hasSuffix("\n\n"))
        for (number, event) in text.components(separatedBy: "\n\n").dropLast().enumerated() {
            let lines = event.split(separator: "\n")
            try #require(lines.count == 2)
            let name = String(lines[0].dropFirst("event: ".count))
            let data = try #require(
                try JSONSerialization.jsonObject(with: Data(lines[1].dropFirst("data: ".count).utf8)) as? Object)
            #expect(data["type"] as? String == name)
            #expect(data["sequence_number"] as? Int == number)
            try take(name, data)
            names.append(name)
            last = data
        }
    }

    private mutating func take(_ name: String, _ data: Object) throws {
        if name.hasPrefix("response.output_item") || data["item_id"] != nil {
            let index = try #require(data["output_index"] as? Int)
            #expect(index == (name == "response.output_item.added" ? items.count : items.count - 1))
        }
        guard name != "response.output_item.added" else {
            return items.append(try #require(data["item"] as? Object))
        }
        guard let id = data["item_id"] as? String else {
            guard name == "response.output_item.done" else { return }
            let item = try #require(data["item"] as? Object)
            #expect(item["id"] as? String == items.last?["id"] as? String)
            var whole = item
            for member in ["status", "encrypted_content"] { whole[member] = items.last?[member] }
            #expect(NSDictionary(dictionary: whole) == NSDictionary(dictionary: items.last ?? [:]), "\(item)")
            items[items.count - 1] = item
            return
        }
        #expect(id == items.last?["id"] as? String)
        var item = items.removeLast()
        let list = item["type"] as? String == "message" ? "content" : "summary"
        switch name {
        case "response.content_part.added", "response.reasoning_summary_part.added":
            item[list] = [try #require(data["part"] as? Object)]
        case "response.output_text.delta", "response.reasoning_summary_text.delta":
            var part = try #require((item[list] as? [Object])?.first)
            part["text"] = try #require(part["text"] as? String) + #require(data["delta"] as? String)
            if let logprobs = part["logprobs"] as? [Object] {
                part["logprobs"] = logprobs + (data["logprobs"] as? [Object] ?? [])
            }
            item[list] = [part]
        case "response.output_text.done", "response.reasoning_summary_text.done":
            #expect(data["text"] as? String == (item[list] as? [Object])?.first?["text"] as? String)
        case "response.content_part.done", "response.reasoning_summary_part.done":
            #expect(
                NSDictionary(dictionary: data["part"] as? Object ?? [:])
                    == NSDictionary(dictionary: (item[list] as? [Object])?.first ?? [:]))
        case "response.function_call_arguments.delta":
            item["arguments"] = try #require(item["arguments"] as? String) + #require(data["delta"] as? String)
        case "response.function_call_arguments.done":
            #expect(data["arguments"] as? String == item["arguments"] as? String)
        default: Issue.record("\(name) is no event of an item")
        }
        items.append(item)
    }
}
