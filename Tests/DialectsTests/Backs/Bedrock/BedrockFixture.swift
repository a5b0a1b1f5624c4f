import Foundation
import NIOCore
import Signing
import Testing

@testable import Dialects

/// What the tests of Bedrock share: its recordings, and a target of its.
enum BedrockFixture {
    static let host = "bedrock-runtime.us-west-2.amazonaws.com"
    static let claude = "anthropic.claude-3-5-sonnet-20241022-v2:0"

    /// A file in `Fixtures/bedrock`.
    static func file(_ name: String) throws -> ByteBuffer {
        let folder = try #require(Bundle.module.url(forResource: "Fixtures/bedrock", withExtension: nil))
        return ByteBuffer(bytes: try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// AWS's keys for examples, and an account with them.
    static func account(token: String? = nil, region: String? = nil) -> UpstreamAccount {
        var account = UpstreamAccount()
        account.region = region
        account.aws = UpstreamAccount.AWSKeys(
            accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", sessionToken: token,
            hash: CryptoHash.self)
        return account
    }

    static func target(
        _ tag: String = claude, account: UpstreamAccount = account(), prefix: String = "", host: String = host,
        defaults: [String: JSONText] = [:], dropParams: Bool = false, answerLimit: Int? = nil
    ) throws -> UpstreamTarget {
        var place = UpstreamPlace(
            provider: try #require(Providers.named("bedrock")), tag: tag, pathPrefix: prefix, hostHeader: host,
            isLocal: false)
        place.answerLimit = answerLimit
        return UpstreamTarget(
            place, account: account, defaults: defaults, dropParams: dropParams, userAgent: "drover/0.1.0")
    }
}

/// What goes to Bedrock for a client's body: the head apart from the JSON.
struct SentToBedrock {
    let head: [String]
    let body: String

    init(
        _ body: String, _ front: Front = .openAIChat, to target: UpstreamTarget? = nil, unixSeconds: Int = 1_795_366_482
    ) throws {
        var out = ByteBuffer()
        let target = try target ?? BedrockFixture.target()
        try Provider.encode(
            try Fixture.scan(body, front), with: Fixture.permit(target), unixSeconds: unixSeconds, into: &out)
        let text = String(buffer: out)
        let end = try #require(text.range(of: "\r\n\r\n"))
        head = text[..<end.lowerBound].components(separatedBy: "\r\n")
        self.body = String(text[end.upperBound...])
        #expect(JSONText(self.body) != nil, "\(self.body)")
        let length = try #require(header("content-length"))
        #expect(Int(length.drop { $0 == " " }) == self.body.utf8.count)
    }

    func header(_ name: String) -> String? {
        head.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
    }

    /// A member of the body as canonical JSON; nil where there is none.
    func member(_ name: String) throws -> String? {
        let object = try #require(JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
        guard let value = object[name] else { return nil }
        let data = try JSONSerialization.data(
            withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }

    /// The fault of encoding; nil when there is none.
    static func fault(
        _ body: String, _ front: Front = .openAIChat, to target: UpstreamTarget? = nil
    ) throws -> RequestFault? {
        do {
            _ = try SentToBedrock(body, front, to: target)
            return nil
        } catch let fault as RequestFault {
            return fault
        }
    }
}
