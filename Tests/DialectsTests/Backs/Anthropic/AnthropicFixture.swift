import Dialects
import Foundation
import NIOCore
import Testing

extension Fixture {
    /// A reply in `Fixtures/anthropic`.
    static func anthropic(_ name: String) throws -> ByteBuffer {
        let folder = try #require(Bundle.module.url(forResource: "Fixtures/anthropic", withExtension: nil))
        return ByteBuffer(bytes: try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    static func claude(
        _ tag: String = "claude-sonnet-4-5", prefix: String = "",
        account: UpstreamAccount = UpstreamAccount(apiKey: "k"),
        defaults: [String: JSONText] = [:], dropParams: Bool = false
    ) -> UpstreamTarget {
        UpstreamTarget(
            UpstreamPlace(
                provider: Providers.named("anthropic")!, tag: tag, pathPrefix: prefix, hostHeader: "api.anthropic.com",
                isLocal: false),
            account: account, defaults: defaults, dropParams: dropParams, userAgent: "drover/0.1.0")
    }
}
