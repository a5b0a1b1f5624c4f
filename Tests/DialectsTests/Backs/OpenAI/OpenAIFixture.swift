import Dialects
import Foundation
import NIOCore
import Testing

/// Recorded replies of providers that speak OpenAI's dialect, and targets and requests for them.
enum OpenAIFixture {
    /// A reply in `Fixtures`: `mistral/chat.json`.
    static func reply(_ path: String) throws -> ByteBuffer {
        let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
        return ByteBuffer(bytes: try Data(contentsOf: folder.appendingPathComponent(path)))
    }

    static func target(
        _ provider: String = "openai", tag: String = "gpt-4o", prefix: String = "/v1", host: String = "api.example.com",
        account: UpstreamAccount = UpstreamAccount(apiKey: "KEY"), defaults: [String: JSONText] = [:],
        dropParams: Bool = false, isLocal: Bool = false
    ) -> UpstreamTarget {
        UpstreamTarget(
            UpstreamPlace(
                provider: Providers.named(provider)!, tag: tag, pathPrefix: prefix, hostHeader: host,
                isLocal: isLocal),
            account: account, defaults: defaults, dropParams: dropParams, userAgent: "drover/0.1.0")
    }

    /// Every provider of this dialect.
    static let providers = Providers.all.filter { $0.dialect == .openAI }.map(\.name)
}

/// What went to a provider: head and body, the latter as the bytes that were written.
struct OpenAISent {
    let head: String
    let body: String

    init(_ body: String, _ front: Front = .openAIChat, to target: UpstreamTarget) throws {
        var wire = ByteBuffer(string: "before")
        try Provider.encode(
            try Fixture.scan(body, front), with: Fixture.permit(target), unixSeconds: 0, into: &wire)
        let text = String(buffer: wire)
        #expect(text.hasPrefix("before"))
        let parts = text.dropFirst(6).split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        #expect(parts.count == 2)
        head = String(parts[0])
        self.body = String(parts[1])
        let length = head.split(separator: "content-length:").last.map { $0.filter { $0 != " " } } ?? ""
        #expect(Int(length) == self.body.utf8.count)
    }

    /// The first line of the head without method and version.
    var path: String { String(head.split(separator: " ")[1]) }

    /// The value of a header; nil when it is not there.
    func header(_ name: String) -> String? {
        let line = head.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix(name + ": ") }
        return line.map { String($0.dropFirst(name.count + 2)) }
    }

    /// The body's members but for those every chat request has, in order.
    var rest: String {
        get throws {
            var object = try #require(
                try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
            for name in ["model", "messages", "prompt", "input"] { object[name] = nil }
            let data = try JSONSerialization.data(
                withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
            return String(decoding: data, as: UTF8.self)
        }
    }
}
