import NIOCore
import Signing
import Testing

@testable import Dialects

/// `extra_headers` of a deployment.
@Suite struct OperatorHeadersTests {
    @Test(arguments: ["ollama", "openai", "azure", "anthropic", "gemini", "bedrock"])
    func `stand in the place of ours, never beside them`(_ provider: String) throws {
        var account = UpstreamAccount(apiKey: "k")
        account.headers = [
            ("Authorization", "mine"), ("Content-Type", "application/json;x"), ("User-Agent", "me"), ("X-A", "1"),
        ]
        let names = try headers(provider, account).map { $0.prefix { $0 != ":" }.lowercased() }
        #expect(Set(names).count == names.count, "\(names)")
        #expect(names.contains("x-a"))
    }

    @Test func `leave what a signature covers alone`() throws {
        var account = UpstreamAccount()
        account.aws = UpstreamAccount.AWSKeys(accessKey: "A", secretKey: "S", sessionToken: "T", hash: CryptoHash.self)
        account.headers = [("Authorization", "mine"), ("Content-Type", "x"), ("X-Amz-Date", "y")]
        let sent = try headers("bedrock", account)
        #expect(sent.count { $0.hasPrefix("authorization: AWS4-HMAC-SHA256 ") } == 1)
        #expect(
            !sent.contains { $0.hasPrefix("Authorization") || $0.hasPrefix("Content-Type") || $0.hasPrefix("X-Amz") })
    }

    private func headers(_ provider: String, _ account: UpstreamAccount) throws -> [Substring] {
        let target = UpstreamTarget(
            UpstreamPlace(
                provider: try #require(Providers.named(provider)), tag: "m", pathPrefix: "", hostHeader: "h",
                isLocal: true),
            account: account, defaults: [:], dropParams: true, userAgent: "drover/0.1.0")
        var out = ByteBuffer()
        try Provider.encode(
            try Fixture.scan(Fixture.chat()), with: Fixture.permit(target), unixSeconds: 1_795_366_482, into: &out)
        let head = String(buffer: out).prefix { $0 != "{" }
        return head.split(separator: "\r\n").dropFirst().map { $0 }
    }
}
