import Exporters
import Gateway
import Ledger
import Telemetry
import Testing

@Suite struct TraceEncoderTests {
    private func body(_ items: [ExportRecord], names: TelemetryNames = Sample.names) throws -> ProtobufReader {
        var encoder = TraceEncoder(
            TraceResource(
                service: "herd", version: "9.9", more: [("deployment.environment", "prod"), ("service.name", "no")]),
            version: "9.9", names: { names })
        let bytes = encoder.encode(items[...])
        return ProtobufReader(try #require(bytes))
    }

    private func spans(_ items: [ExportRecord], names: TelemetryNames = Sample.names) throws -> [ReadSpan] {
        let resource = try #require(try body(items, names: names).first(1)).message
        return try #require(resource.first(2)).message.all(2).map { ReadSpan($0.message) }
    }

    private static let start: UInt64 = 1_795_435_198_873_000_000

    private func milliseconds(_ span: ReadSpan) -> [Double] {
        [span.start, span.end].map { (Double($0) - Double(Self.start)).rounded(.toNearestOrEven) / 1e6 }
    }

    @Test func `the process says its name once, and the library its version`() throws {
        let resource = try #require(try body([Sample.item { $0.trace = Sample.trace }]).first(1)).message
        let process = try #require(resource.first(1)).message
        #expect(
            ReadSpan.attributes(process.all(1)) == [
                "service.name": "herd", "service.version": "9.9", "telemetry.sdk.name": "drover",
                "deployment.environment": "prod",
            ])
        let scope = try #require(resource.first(2)?.message.first(1)).message
        #expect((scope.first(1)?.text, scope.first(2)?.text) == ("drover", "9.9"))
    }

    @Test func `a request is a server's span, with its queue, its attempt and the instance's phases`() throws {
        let spans = try spans([
            Sample.item {
                ($0.trace, $0.key, $0.cost) = (Sample.trace, KeyLabel("team a"), 77_500_000)
                $0.client = ClientAddress([10, 0, 0, 7])
            }
        ])
        #expect(
            spans.map(\.name) == ["POST /v1/chat/completions", "queue", "chat llama3", "load", "prefill", "decode"])
        #expect(spans.map(\.kind) == [2, 1, 3, 1, 1, 1])
        #expect(Set(spans.map(\.trace)) == ["0af7651916cd43dd8448eb211c80319c"])
        #expect(Set(spans.map(\.id)).count == 6)
        #expect(spans[0].id == "0011223344556677")
        #expect(
            spans.map(\.parent) == [
                "b7ad6b7169203331", spans[0].id, spans[0].id, spans[2].id, spans[2].id, spans[2].id,
            ])
        #expect(
            spans[0].attributes == [
                "http.request.method": "POST", "http.route": "/v1/chat/completions", "http.response.status_code": "200",
                "drover.call_id": "00000000-0000-0001-0000-000000000002", "client.address": "10.0.0.7",
                "drover.key": "team a", "drover.cost_usd": "7.75e-05", "gen_ai.operation.name": "chat",
                "gen_ai.request.model": "llama3",
            ])
        #expect(
            spans[2].attributes == [
                "gen_ai.provider.name": "ollama", "drover.instance": "gpu-1", "server.address": "gpu-server-1",
                "server.port": "11434", "gen_ai.operation.name": "chat", "gen_ai.request.model": "llama3",
                "gen_ai.response.model": "llama3", "gen_ai.usage.input_tokens": "12",
                "gen_ai.usage.output_tokens": "48", "gen_ai.response.time_to_first_chunk": "0.178",
            ])
        #expect(spans.map(\.isError) == Array(repeating: false, count: 6))
    }

    @Test func `times follow each other inside of the request`() throws {
        let spans = try spans([Sample.item { $0.trace = Sample.trace }])
        let times = spans.map(milliseconds)
        let expected = [[0, 1250], [0, 2.5], [3, 1250], [3, 33], [33, 183.25], [183.25, 1183.25]]
        for (found, wanted) in zip(times, expected) {
            // A wall clock in seconds, as a double, is exact to a quarter of a microsecond.
            for (one, other) in zip(found, wanted) { #expect(abs(one - other) < 0.001, "\(found) \(wanted)") }
        }
    }

    @Test func `each failed attempt is a span with its own place`() throws {
        let spans = try spans([
            Sample.item {
                ($0.trace, $0.attempts, $0.fallbacks, $0.queueNanoseconds) = (Sample.trace, 2, 1, 0)
                ($0.deployment, $0.loadNanoseconds, $0.prefillNanoseconds, $0.decodeNanoseconds) = (1, -1, -1, -1)
                $0.failedAttempts = [
                    FailedAttempt(
                        number: 1, deployment: 0, sentNanoseconds: 1_000_000, durationNanoseconds: 2_000_000)
                ]
            }
        ])
        #expect(spans.map(\.name) == ["POST /v1/chat/completions", "chat llama3", #"chat we"ird"#])
        #expect(spans.map(\.isError) == [false, true, false])
        #expect(spans[1].attributes["drover.instance"] == "gpu-1")
        #expect(spans[2].attributes["gen_ai.provider.name"] == "aws.bedrock")
        #expect(spans[2].attributes["server.address"] == nil)
        #expect(spans[2].attributes["gen_ai.response.model"] == #"we"ird"#)
        #expect(spans[0].attributes["drover.fallbacks"] == "1")
    }

    @Test func `a failed attempt says why, and has the tokens of an answer that its client got in part`() throws {
        let item = Sample.item {
            ($0.trace, $0.attempts, $0.lastAttempt, $0.outcome, $0.error) = (Sample.trace, 2, 2, .failed, 1)
            $0.failedAttempts = [(1, 0), (2, 1)].map {
                FailedAttempt(
                    number: $0.0, deployment: 0, sentNanoseconds: 0, durationNanoseconds: 5, error: $0.1)
            }
        }
        let failed = try spans([item]).filter { $0.kind == 3 }
        #expect(failed.map { $0.attributes["error.type"] } == ["invalid_request", "upstream_failed"])
        #expect(failed.map { $0.attributes["gen_ai.usage.output_tokens"] } == [nil, "48"])
        #expect(failed.map { $0.attributes["gen_ai.usage.input_tokens"] } == [nil, "12"])
        var left = item
        left.record.failedAttempts[0].error = -1
        #expect(try spans([left]).filter { $0.kind == 3 }[0].attributes["error.type"] == nil)
    }

    @Test func `of two beside each other the one that answered keeps its place, and the other was left`()
        throws
    {
        let spans = try spans([
            Sample.item {
                ($0.trace, $0.attempts, $0.lastAttempt, $0.queueNanoseconds) = (Sample.trace, 2, 1, 0)
                ($0.loadNanoseconds, $0.prefillNanoseconds, $0.decodeNanoseconds) = (-1, -1, -1)
                $0.failedAttempts = [
                    FailedAttempt(
                        number: 2, deployment: 1, sentNanoseconds: 1_000_000, durationNanoseconds: 2_000_000,
                        isFault: false)
                ]
            }
        ])
        #expect(spans.map(\.isError) == [false, false, false])
        func id(_ number: Int) -> String {
            let text = String(Sample.trace.child(number), radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        #expect(spans.dropFirst().map(\.id) == [id(2), id(1)])
    }

    @Test func `both of two that failed are told once`() throws {
        let spans = try spans([
            Sample.item {
                ($0.trace, $0.attempts, $0.lastAttempt, $0.queueNanoseconds) = (Sample.trace, 3, 3, 0)
                ($0.outcome, $0.error, $0.status) = (.failed, 1, 502)
                $0.failedAttempts = [1, 3].map {
                    FailedAttempt(number: $0, deployment: 0, sentNanoseconds: 0, durationNanoseconds: 5)
                }
            }
        ])
        #expect(Set(spans.map(\.id)).count == spans.count && spans.count == 3)
    }

    @Test func `a request that fails is an error, one that is refused is its client's`() throws {
        let failed = try spans([
            Sample.item {
                ($0.trace, $0.outcome, $0.error, $0.status, $0.attempts) = (Sample.trace, .failed, 1, 502, 1)
                $0.failedAttempts = [
                    FailedAttempt(number: 1, deployment: 0, sentNanoseconds: 0, durationNanoseconds: 5)
                ]
            }
        ])
        #expect(failed.map(\.isError) == [true, false, true])
        #expect(failed[0].attributes["error.type"] == "upstream_failed")
        let refused = try spans([
            Sample.item {
                ($0.trace, $0.outcome, $0.error, $0.status) = (Sample.trace, .rejected, 0, 400)
                ($0.model, $0.deployment, $0.attempts, $0.sentNanoseconds, $0.queueNanoseconds) = (-1, -1, 0, -1, 0)
            }
        ])
        #expect(refused.count == 1)
        #expect(!refused[0].isError)
        #expect(refused[0].attributes["error.type"] == "invalid_request")
        #expect(refused[0].attributes["gen_ai.request.model"] == nil)
    }

    @Test func `without a caller's trace a request has no parent`() throws {
        var trace = Sample.trace
        trace.parent = 0
        #expect(try spans([Sample.item { $0.trace = trace }])[0].parent == "")
    }

    @Test func `long names and many requests fit`() throws {
        var names = Sample.names
        names.models[0] = String(repeating: "m", count: 3_000)
        names.instances[0].name = String(repeating: "i", count: 20_000)
        let item = Sample.item {
            ($0.trace, $0.attempts) = (Sample.trace, 21)
            $0.failedAttempts = (1...20).map {
                FailedAttempt(number: $0, deployment: 0, sentNanoseconds: 0, durationNanoseconds: 1)
            }
        }
        let spans = try spans(Array(repeating: item, count: 20), names: names)
        #expect(spans.count == 20 * 26)
        for span in spans { #expect(span.trace.count == 32 && span.id.count == 16) }
    }
}
