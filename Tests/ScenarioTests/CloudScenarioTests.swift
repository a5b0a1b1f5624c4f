import FoundationEssentials
import NIOCore
import TestSupport
import Testing

/// Every provider over a real socket with TLS: what is sent, what the client gets, and every way to fail, streamed and not.
@Suite(.timeLimit(.minutes(3)), .serialized) struct CloudScenarioTests {
    /// Two clouds: the one under test, and one that takes its place.
    private static func config(
        _ parameters: String, fallback port: Int?, timeout: Double = 30, more: String = ""
    ) -> String {
        var list = "  - {model_name: smart, litellm_params: \(parameters)}\n"
        var settings = "num_retries: 0"
        if let port {
            list +=
                "  - {model_name: other, litellm_params: {model: openai/other, api_base: 'http://127.0.0.1:\(port)/v1', api_key: sk-other}}\n"
            settings += ", fallbacks: [{smart: [other]}]"
        }
        return "model_list:\n\(list)litellm_settings: {\(settings)}\nrouter_settings: {timeout: \(timeout)}\n\(more)"
    }

    private static func chat(stream: Bool, more: String = "") -> String {
        RunningGateway.post(
            "/v1/chat/completions",
            #"{"model":"smart","stream":\#(stream),"max_tokens":50,"messages":[{"role":"user","content":"Hi"}]\#(more)}"#
        )
    }

    @Test(arguments: CloudDialect.allCases, [false, true])
    func `a chat reaches the provider as it wants it, and comes back in OpenAI's shape`(
        cloud: CloudDialect, stream: Bool
    ) async throws {
        let bundle = try CertificateFile()
        let played = try await ScriptedCloud.start { cloud.probe($0) ?? cloud.answer(stream: stream) }
        let gateway = try await RunningGateway.start(
            Self.config(cloud.parameters(port: played.port, bundle: bundle.path), fallback: nil))
        let client = try await gateway.connect()
        for _ in 0..<2 {
            try await client.send(Self.chat(stream: stream, more: #","stream_options":{"include_usage":true}"#))
            let answer = try ChatAnswer(try await client.message())
            #expect(answer.status == 200, "\(answer.message)")
            #expect(answer.text == "Hello there")
            #expect(answer.errors.isEmpty)
            if stream {
                #expect(answer.isDone)
                let usage = try answer.events.dropLast().map { try JSONNode($0)["usage"] }.last { $0 != .null }
                #expect(usage?["total_tokens"].number == 16)
            } else {
                let body = try JSONNode(answer.message.body)
                #expect(body["model"].text == "smart")
                #expect(body["usage"]["prompt_tokens"].number == 11)
                #expect(body["usage"]["completion_tokens"].number == 5)
                #expect(body["choices"][0]["finish_reason"].text == "stop")
            }
        }
        await client.close()
        let request = try #require(played.counts.requests.last { $0.hasPrefix("POST") })
        #expect(request.hasPrefix(cloud.requestLine(stream: stream)), "\(request)")
        #expect(request.contains(cloud.credential), "\(request)")
        #expect(request.contains("host: 127.0.0.1:\(played.port)\r\n"))
        // Kept alive: both went over one connection; the prober, which asks what is inside, has its own.
        #expect(played.counts.connections == 2)
        try await gateway.stop()
        await played.stop()
    }

    @Test(arguments: CloudDialect.allCases, CloudDialect.Failure.allCases)
    func `every failure goes to the fallback, or to the client as an error of the right kind`(
        cloud: CloudDialect, failure: CloudDialect.Failure
    ) async throws {
        let bundle = try CertificateFile()
        for stream in [false, true] {
            let played = try await ScriptedCloud.start {
                cloud.probe($0) ?? cloud.failure(failure, stream: stream)
            }
            let other = try await ScriptedCloud.start(tls: false) { _ in CloudDialect.openAI.answer(stream: stream) }
            let parameters = cloud.parameters(port: played.port, bundle: bundle.path)
            for hasFallback in [true, false] {
                let gateway = try await RunningGateway.start(
                    Self.config(
                        parameters, fallback: hasFallback ? other.port : nil,
                        timeout: failure == .hangs ? 0.3 : 30))
                let client = try await gateway.connect()
                try await client.send(Self.chat(stream: stream))
                let answer = try ChatAnswer(try await client.message())
                let what = "stream \(stream), fallback \(hasFallback): \(answer.message)"
                if hasFallback {
                    #expect(answer.status == 200, "\(what)")
                    #expect(answer.text == "Hello there", "\(what)")
                    #expect(answer.message["x-litellm-attempted-fallbacks"] == "1")
                    #expect(answer.message["x-litellm-model-group"] == "other")
                } else {
                    #expect(answer.status == failure.status, "\(what)")
                    #expect(answer.errors.count == 1)
                    #expect(answer.errors[0]["code"].text != nil)
                }
                #expect(!"\(answer.message)".contains("sk-secret"), "a key reached the client")
                await client.close()
                try await gateway.stop()
            }
            #expect(played.counts.requests.count { $0.hasPrefix("POST") } == 2)
            await played.stop()
            await other.stop()
        }
    }

    @Test(arguments: CloudDialect.allCases)
    func `a stream that breaks after it began ends with one error and no fallback`(cloud: CloudDialect) async throws {
        let bundle = try CertificateFile()
        let played = try await ScriptedCloud.start { cloud.probe($0) ?? cloud.brokenStream }
        let other = try await ScriptedCloud.start(tls: false) { _ in CloudDialect.openAI.answer(stream: true) }
        let gateway = try await RunningGateway.start(
            Self.config(cloud.parameters(port: played.port, bundle: bundle.path), fallback: other.port))
        let client = try await gateway.connect()
        try await client.send(Self.chat(stream: true))
        let begin = try await client.text(through: "Hello")
        #expect(begin.hasPrefix("HTTP/1.1 200"))
        played.release()
        let rest = try await client.text(through: "\r\n0\r\n\r\n")
        #expect(!rest.contains("there"))
        #expect(rest.occurrences(of: #"data: {"error":"#) == 1)
        #expect(!rest.contains("[DONE]"))
        #expect(!other.counts.requests.contains { $0.hasPrefix("POST") })
        await client.close()
        try await gateway.stop()
        await played.stop()
        await other.stop()
    }

    @Test(arguments: CloudDialect.allCases)
    func `a client that leaves ends the call to the cloud`(cloud: CloudDialect) async throws {
        let bundle = try CertificateFile()
        let played = try await ScriptedCloud.start { cloud.probe($0) ?? .hang }
        let gateway = try await RunningGateway.start(
            Self.config(cloud.parameters(port: played.port, bundle: bundle.path), fallback: nil))
        let client = try await gateway.connect()
        try await client.send(Self.chat(stream: false))
        await eventually("the cloud has the request") {
            played.counts.requests.contains { $0.hasPrefix("POST") }
        }
        await client.close()
        await eventually("the call is called off") { played.counts.closed >= 1 }
        await eventually("the lease is settled") { gateway.inFlight == 0 }
        try await gateway.stop()
        await played.stop()
    }

    @Test func `a cloud whose certificate is not trusted gets not one byte of the request`() async throws {
        let played = try await ScriptedCloud.start { _ in CloudDialect.openAI.answer(stream: false) }
        let gateway = try await RunningGateway.start(
            Self.config(
                "{model: openai/gpt-4o, api_base: 'https://127.0.0.1:\(played.port)/v1', api_key: sk-secret}",
                fallback: nil))
        let client = try await gateway.connect()
        try await client.send(Self.chat(stream: false))
        let answer = try ChatAnswer(try await client.message())
        #expect(answer.status == 502)
        #expect(answer.errors[0]["message"].text?.contains("certificate") == true, "\(answer.message)")
        #expect(played.counts.requests.isEmpty)
        await client.close()
        try await gateway.stop()
        await played.stop()
    }

    @Test func `a provider's name for a request that it failed is in the error`() async throws {
        let bundle = try CertificateFile()
        let played = try await ScriptedCloud.start { _ in
            .json(#"{"error":{"message":"boom"}}"#, status: 500, headers: "x-request-id: req_123\r\n")
        }
        let gateway = try await RunningGateway.start(
            Self.config(CloudDialect.openAI.parameters(port: played.port, bundle: bundle.path), fallback: nil))
        let client = try await gateway.connect()
        try await client.send(Self.chat(stream: false))
        let answer = try ChatAnswer(try await client.message())
        #expect(answer.errors[0]["message"].text?.hasSuffix("answered 500: boom (its request req_123)") == true)
        await client.close()
        try await gateway.stop()
        await played.stop()
    }

    @Test func `the cost of an answer is in its header, exact`() async throws {
        let bundle = try CertificateFile()
        let played = try await ScriptedCloud.start { _ in CloudDialect.openAI.answer(stream: false) }
        let gateway = try await RunningGateway.start(
            Self.config(
                CloudDialect.openAI.parameters(port: played.port, bundle: bundle.path), fallback: nil,
                more: "drover: {local: {'https://127.0.0.1:\(played.port)/v1': false}, compare_with: gpt-4o}"))
        let client = try await gateway.connect()
        try await client.send(Self.chat(stream: false))
        let answer = try await client.message()
        // 11 at 2.5 and 5 at 10 dollars per million: LiteLLM's own figure.
        #expect(answer["x-litellm-response-cost"] == "0.0000775")
        #expect(answer["x-drover-compared-cost"] == "0.0000775")
        await client.close()
        try await gateway.stop()
        await played.stop()
    }
}

/// The tests' certificate as a file, for as long as it is held.
final class CertificateFile {
    let path: String

    init() throws {
        path = "/tmp/drover-test-\(UInt64.random(in: 0...(.max))).pem"
        try Data(TestCertificate.certificate.utf8).write(to: URL(filePath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
