import Dialects
import Foundation
import NIOCore
import Testing

@Suite struct AnthropicTargetTests {
    private func head(
        prefix: String = "", _ account: UpstreamAccount = UpstreamAccount(apiKey: "k")
    ) throws -> (path: String, headers: [String]) {
        let head = try AnthropicSent(Fixture.chat(), to: Fixture.claude(prefix: prefix, account: account)).sent.head
        let lines = head.components(separatedBy: "\r\n")
        return (lines[0], Array(lines.dropFirst()))
    }

    @Test func `writes a whole HTTP request`() throws {
        let sent = try AnthropicSent(Fixture.chat(#""stream":true"#)).sent
        let lines = sent.head.components(separatedBy: "\r\n")
        #expect(lines[0] == "POST /v1/messages HTTP/1.1")
        #expect(
            lines[1..<8] == [
                "host: api.anthropic.com", "user-agent: drover/0.1.0", "accept: application/json, text/event-stream",
                "content-type: application/json", "anthropic-version: 2023-06-01", "x-api-key: k",
                "accept-encoding: identity",
            ])
        let length = try #require(lines.last?.split(separator: ":"))
        #expect(lines.count == 9 && length[0] == "content-length")
        #expect(Int(length[1].drop { $0 == " " }) == sent.body.utf8.count)
        #expect(
            sent.body
                == #"{"model":"claude-sonnet-4-5","max_tokens":64000,"messages":[{"role":"user","content":"Hi"}],"stream":true}"#
        )
    }

    @Test(arguments: [
        ("", "/v1/messages"), ("/v1", "/v1/messages"), ("/v1/", "/v1/messages"), ("/v1/messages", "/v1/messages"),
        ("/v1/messages/", "/v1/messages"), ("/anthropic", "/anthropic/v1/messages"),
        ("/api/anthropic/v1", "/api/anthropic/v1/messages"), ("/messages", "/messages/v1/messages"),
    ])
    func `takes a base with or without the version and the route`(_ prefix: String, _ path: String) throws {
        #expect(try head(prefix: prefix).path == "POST \(path) HTTP/1.1")
    }

    @Test func `sends a subscription's token as a bearer`() throws {
        let headers = try head(UpstreamAccount(apiKey: "sk-ant-oat01-abc\n")).headers
        #expect(headers.contains("authorization: Bearer sk-ant-oat01-abc"))
        #expect(headers.contains("anthropic-beta: oauth-2025-04-20"))
        #expect(!headers.contains { $0.hasPrefix("x-api-key") })
    }

    @Test func `the account's own headers win, and betas are joined`() throws {
        var account = UpstreamAccount(apiKey: "sk-ant-oat01-abc")
        account.apiVersion = "2024-01-01"
        account.headers = [("Anthropic-Beta", "fast-mode-2026-02-01"), ("X-Team", "a"), ("User-Agent", "mine")]
        let headers = try head(account).headers
        #expect(headers.contains("anthropic-version: 2024-01-01"))
        #expect(headers.contains("anthropic-beta: oauth-2025-04-20,fast-mode-2026-02-01"))
        #expect(headers.contains("X-Team: a") && headers.contains("User-Agent: mine"))
        #expect(headers.filter { $0.lowercased().hasPrefix("user-agent") }.count == 1)
        #expect(headers.filter { $0.lowercased().hasPrefix("anthropic-beta") }.count == 1)
        #expect(try !head(UpstreamAccount()).headers.contains { $0.hasPrefix("x-api-key") })
    }

    @Test func `a client's own betas go on with a body of Anthropic's API, behind the account's`() throws {
        var account = UpstreamAccount(apiKey: "k")
        account.headers = [("anthropic-beta", "fast-mode-2026-02-01")]
        func betas(_ body: String, _ front: Front, _ own: String?) throws -> [String] {
            let permit = try Fence.permit(Fixture.claude(account: account), isPassedOn: false, for: [])
            var wire = ByteBuffer()
            try Provider.encode(
                .scan(ByteBuffer(string: body), front: front), with: permit, betas: own, unixSeconds: 0, into: &wire)
            let text = String(buffer: wire)
            let end = try #require(text.range(of: "\r\n\r\n"))
            // The length is that of the body, whatever stands in the head.
            #expect(text.contains("content-length:") && text.contains(" \(text[end.upperBound...].utf8.count)\r\n"))
            return text[..<end.lowerBound].components(separatedBy: "\r\n").filter { $0.hasPrefix("anthropic-beta") }
        }
        let message = #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}"#
        #expect(
            try betas(message, .anthropicMessages, "context-management-2025-06-27, files-api-2025-04-14\r\n") == [
                "anthropic-beta: fast-mode-2026-02-01,context-management-2025-06-27,files-api-2025-04-14"
            ])
        for (body, front, own) in [
            (message, .anthropicMessages, nil), (message, .anthropicMessages, " "), (Fixture.chat(), .openAIChat, "x"),
        ] as [(String, Front, String?)] {
            #expect(try betas(body, front, own) == ["anthropic-beta: fast-mode-2026-02-01"])
        }
    }

    @Test func `uses the deployment's parameters where the request has none`() throws {
        let defaults: [String: JSONText] = [
            "temperature": .double(0.2), "max_tokens": .integer(100), "top_k": .integer(5), "stop": .string("END"),
            "num_ctx": .integer(4096), "keep_alive": .string("5m"), "user": .string("ops"), "n": .integer(3),
            "top_p": .string("wrong"), "seed": .null,
        ]
        let target = Fixture.claude(defaults: defaults)
        let plain =
            #"{"max_tokens":100,"metadata":{"user_id":"ops"},"stop_sequences":["END"],"temperature":0.2,"top_k":5}"#
        #expect(try AnthropicSent(Fixture.chat(), to: target).rest == plain)
        let own = Fixture.chat(#""temperature":0.7,"max_completion_tokens":7,"top_k":1,"stop":["a"],"user":"u""#)
        #expect(
            try AnthropicSent(own, to: target).rest
                == #"{"max_tokens":7,"metadata":{"user_id":"u"},"stop_sequences":["a"],"temperature":0.7,"top_k":1}"#)
    }
}
