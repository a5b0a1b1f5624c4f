import NIOCore
import Testing

@testable import Dialects

@Suite struct KeepAliveTests {
    @Test(
        arguments: [
            ("300", 300), ("0", 0), ("1.5", 1.5), ("-1", .infinity), ("\"5m\"", 300), ("\"1h30m\"", 5400),
            ("\"-1m\"", .infinity),
            ("\"0\"", 0), ("\"0s\"", 0), ("\"1.5h\"", 5400), ("\"250ms\"", 0.25), ("\"10µs\"", 1e-5), ("\"300\"", nil),
            ("\"\"", nil), ("\"m\"", nil), ("\"5x\"", nil), ("\"5m3\"", nil), ("\"-\"", nil), ("true", nil),
            ("[]", nil),
        ] as [(String, Double?)])
    func `a time is read as Ollama reads it`(text: String, seconds: Double?) throws {
        let read = KeepAlive(try #require(JSONText(text)))?.seconds
        if let seconds, let read, seconds.isFinite {
            #expect(abs(read - seconds) < 1e-9)
        } else {
            #expect(read == seconds)
        }
    }

    private static func target(_ policy: KeepAlivePolicy, own: [String: JSONText] = [:]) -> UpstreamTarget {
        var place = UpstreamPlace(
            provider: .ollama, tag: "llama3", pathPrefix: "", hostHeader: "box:11434", isLocal: true)
        place.keepAlive = policy
        return UpstreamTarget(
            place, account: UpstreamAccount(), defaults: own, dropParams: true, userAgent: "drover/test")
    }

    /// The `keep_alive` that a box is sent, as JSON; nil: none.
    private static func sent(_ front: Front, _ keepAlive: String?, _ policy: KeepAlivePolicy) throws -> String? {
        let member = keepAlive.map { ",\"keep_alive\":\($0)" } ?? ""
        let body =
            switch front {
            case .openAIChat, .ollamaChat:
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]\(member)}"
            case .openAICompletions, .ollamaGenerate, .ollamaEmbeddings: "{\"model\":\"m\",\"prompt\":\"hi\"\(member)}"
            case .openAIEmbeddings, .ollamaEmbed: "{\"model\":\"m\",\"input\":\"hi\"\(member)}"
            case .openAIResponses: "{\"model\":\"m\",\"input\":\"hi\"}"
            case .anthropicMessages:
                "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            }
        let request = try ClientRequest.scan(ByteBuffer(string: body), front: front)
        var wire = ByteBuffer()
        let permit = try Fence.permit(target(policy), isPassedOn: false, for: [])
        try Provider.encode(request, with: permit, load: .asRequested, listing: .unknown, unixSeconds: 0, into: &wire)
        let text = String(buffer: wire)
        let json = try #require(text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) })
        let whole = try #require(JSONText(json), "\(json)")
        #expect(whole.members.filter { $0.name == "keep_alive" }.count <= 1, "\(json)")
        return whole.member("keep_alive")?.description
    }

    private static let takers: [Front] = [
        .openAIChat, .openAICompletions, .openAIEmbeddings, .ollamaChat, .ollamaGenerate, .ollamaEmbed,
        .ollamaEmbeddings,
    ]
    private static let half = KeepAlive(JSONText("\"30m\"")!)

    @Test(arguments: Front.allCases)
    func `a request that names no time has the policy's`(front: Front) throws {
        #expect(try Self.sent(front, nil, .none) == nil)
        for client in KeepAlivePolicy.Client.allCases {
            #expect(try Self.sent(front, nil, KeepAlivePolicy(time: Self.half, client: client)) == "\"30m\"")
        }
    }

    @Test(arguments: takers)
    func `a client's own time counts as the policy says`(front: Front) throws {
        let extend = KeepAlivePolicy(time: Self.half, client: .extend)
        #expect(try Self.sent(front, "\"5m\"", extend) == "\"30m\"")
        #expect(try Self.sent(front, "0", extend) == "\"30m\"")
        #expect(try Self.sent(front, "\"1h\"", extend) == "\"1h\"")
        #expect(try Self.sent(front, "1800", extend) == "1800")
        #expect(try Self.sent(front, "-1", extend) == "-1")
        let allow = KeepAlivePolicy(time: Self.half, client: .allow)
        #expect(try Self.sent(front, "0", allow) == "0")
        #expect(try Self.sent(front, "\"2h\"", KeepAlivePolicy(time: Self.half, client: .ignore)) == "\"30m\"")
        #expect(try Self.sent(front, "0", .none) == "0")
    }

    @Test(arguments: takers)
    func `without a time of the gateway's own a client may only ask for ever, where it may only extend`(front: Front)
        throws
    {
        let extend = KeepAlivePolicy(time: nil, client: .extend)
        #expect(try Self.sent(front, "\"5m\"", extend) == nil)
        #expect(try Self.sent(front, "-1", extend) == "-1")
        #expect(try Self.sent(front, "-1", KeepAlivePolicy(time: nil, client: .ignore)) == nil)
    }

    @Test func `for ever is not shortened`() throws {
        let pinned = KeepAlivePolicy(time: KeepAlive(JSONText("-1")!), client: .extend)
        #expect(try Self.sent(.ollamaGenerate, "\"24h\"", pinned) == "-1")
        #expect(try Self.sent(.ollamaGenerate, "\"-5m\"", pinned) == "\"-5m\"")
    }
}
