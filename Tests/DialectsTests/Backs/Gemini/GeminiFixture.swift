import Dialects
import Foundation
import NIOCore
import Testing

/// Recorded replies of the Gemini API, and targets that ask it.
enum GeminiFixture {
    /// A reply in `Fixtures/gemini`.
    static func reply(_ name: String) throws -> ByteBuffer {
        let folder = try #require(Bundle.module.url(forResource: "Fixtures/gemini", withExtension: nil))
        return ByteBuffer(bytes: try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    static func target(
        _ tag: String = "gemini-2.5-flash", prefix: String = "/v1beta", key: String? = "AIza-secret",
        defaults: [String: JSONText] = [:], dropParams: Bool = false
    ) -> UpstreamTarget {
        UpstreamTarget(
            UpstreamPlace(
                provider: Providers.named("gemini")!, tag: tag, pathPrefix: prefix,
                hostHeader: "generativelanguage.googleapis.com", isLocal: false),
            account: UpstreamAccount(apiKey: key), defaults: defaults, dropParams: dropParams,
            userAgent: "drover/0.1.0")
    }

    /// The fault of encoding; nil when there is none.
    static func fault(
        _ body: String, _ front: Front = .openAIChat, to target: UpstreamTarget = target()
    ) throws -> RequestFault? {
        do {
            _ = try Sent(body, front, to: target)
            return nil
        } catch let fault as RequestFault {
            return fault
        }
    }

    /// One member of the body that goes out for a chat with these fields more; `null` when it has none.
    static func member(
        _ name: String, _ more: String = "", to target: UpstreamTarget = target()
    ) throws -> String { try member(name, of: Fixture.chat(more), to: target) }

    /// The same for a whole body of the client's.
    static func member(
        _ name: String, of body: String, _ front: Front = .openAIChat, to target: UpstreamTarget = target()
    ) throws -> String {
        let sent = Data(try Sent(body, front, to: target).body.utf8)
        let object = try #require(try JSONSerialization.jsonObject(with: sent) as? [String: Any])
        let value = object[name] ?? NSNull()
        let data = try JSONSerialization.data(
            withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }
}
