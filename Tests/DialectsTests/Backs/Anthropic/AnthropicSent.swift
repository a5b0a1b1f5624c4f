import Foundation
import Testing

@testable import Dialects

/// What goes to Anthropic for a client's body.
struct AnthropicSent {
    let sent: Sent

    init(
        _ body: String, _ front: Front = .openAIChat, to target: UpstreamTarget = Fixture.claude()
    ) throws {
        sent = try Sent(body, front, to: target)
    }

    /// A member of the body as canonical JSON; nil where there is none.
    func member(_ name: String) throws -> String? {
        let object = try #require(JSONSerialization.jsonObject(with: Data(sent.body.utf8)) as? [String: Any])
        guard let value = object[name] else { return nil }
        let data = try JSONSerialization.data(
            withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }

    /// The body without what every one has.
    var rest: String {
        get throws {
            var object = try #require(JSONSerialization.jsonObject(with: Data(sent.body.utf8)) as? [String: Any])
            // What is sent where nobody says how many.
            if let limit = object["max_tokens"] as? Int, [4096, 8192, 32000, 64000, 128_000].contains(limit) {
                object["max_tokens"] = nil
            }
            for name in ["model", "messages", "stream"] { object[name] = nil }
            let data = try JSONSerialization.data(
                withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
            return String(decoding: data, as: UTF8.self)
        }
    }

    /// The fault of encoding; nil when there is none.
    static func fault(
        _ body: String, _ front: Front = .openAIChat, to target: UpstreamTarget = Fixture.claude()
    ) throws -> RequestFault? {
        do {
            _ = try Sent(body, front, to: target)
            return nil
        } catch let fault as RequestFault {
            return fault
        }
    }
}
