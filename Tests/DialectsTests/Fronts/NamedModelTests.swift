import NIOCore
import Testing

@testable import Dialects

/// A model that is named beside the body: in the path of Azure's and of the engines' routes.
@Suite struct NamedModelTests {
    private static let rest = #""messages":[{"role":"user","content":"hi"}]"#

    private func scan(_ body: String, model: String?, front: Front = .openAIChat) throws -> ClientRequest {
        try ClientRequest.scan(ByteBuffer(string: body), front: front, model: model)
    }

    @Test(arguments: [
        "{\(rest)}", " \n{ \(rest)}", "{\"model\":\"other\",\(rest)}", "{\(rest),\"model\":\"a/b\\\"c\"}",
        "{\"model\" : null ,\(rest)}",
    ])
    func `counts before the one that the body names, if any`(body: String) throws {
        let name = "ollama/llama3.1:8b \"x\""
        let request = try scan(body, model: name)
        #expect(request.model == name)
        let plain = try scan("{\"model\":\(JSONText.string(name)),\(Self.rest)}", model: nil)
        #expect(request.promptTokenEstimate == plain.promptTokenEstimate)
        let whole = try #require(JSONText(String(buffer: request.body)))
        #expect(whole.members.contains { $0.name == "messages" })
    }

    @Test func `goes to an upstream of OpenAI's in the body, too`() throws {
        let place = UpstreamPlace(
            provider: Providers.named("openai")!, tag: "gpt-4o", pathPrefix: "/v1", hostHeader: "up", isLocal: true)
        let target = UpstreamTarget(
            place, account: UpstreamAccount(), defaults: [:], dropParams: false, userAgent: "drover/test")
        for body in ["{\(Self.rest)}", "{\"model\":\"y\",\(Self.rest)}"] {
            var wire = ByteBuffer()
            try Provider.encode(
                scan(body, model: "x"), with: Fence.permit(target, isPassedOn: false, for: []), load: .asRequested,
                listing: .unknown, unixSeconds: 0, into: &wire)
            let text = String(buffer: wire)
            #expect(text.components("\"model\":\"gpt-4o\"") == 1, "\(text)")
            #expect(!text.contains("\"x\"") && !text.contains("\"y\""))
        }
    }

    @Test(
        arguments: [
            ("{}", "messages"), ("[1]", nil), ("", nil), ("{\"model\":5,\(rest)}", "model"), ("{\(rest)", nil),
            ("{\"model\":\"a\",\"model\":\"b\",\(rest)}", "model"),
        ] as [(String, String?)])
    func `saves no request that is wrong`(body: String, param: String?) throws {
        let fault = try #require(throws: RequestFault.self) { try scan(body, model: "m") }
        #expect(fault.param == param, "\(fault.message)")
    }

    @Test func `of completions and embeddings alike`() throws {
        #expect(try scan(#"{"prompt":"hi"}"#, model: "m", front: .openAICompletions).model == "m")
        #expect(try scan(#"{"input":"hi"}"#, model: "m", front: .openAIEmbeddings).model == "m")
    }
}

extension String {
    /// How often a text stands in it.
    fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
