import Balancer
import Curl
import Dialects
import Exporters
import Gateway
import Locking
import Logging
import Telemetry
import TestSupport

/// Names and records for exporters to tell.
enum Sample {
    static let names = TelemetryNames(
        models: ["llama3", #"we"ird"#],
        instances: [
            .init(name: "gpu-1", provider: "ollama", address: .init(host: "gpu-server-1", port: 11434)),
            .init(name: "cloud", provider: "bedrock"),
        ],
        deployments: [.init(model: 0, instance: 0), .init(model: 1, instance: 1)],
        errors: ["invalid_request", "upstream_failed"])

    /// 2026-11-23T12:00:00.123Z
    static let end = 1_795_435_200.123

    /// A streamed answer of `gpu-1`, with anything changed.
    static func item(_ change: (inout RequestRecord) -> Void = { _ in }) -> ExportRecord {
        var record = RequestRecord(
            model: 0, deployment: 0, outcome: .succeeded, status: 200, stream: true, attempts: 1, promptTokens: 12,
            completionTokens: 48, durationNanoseconds: 1_250_000_000, timeToFirstTokenNanoseconds: 181_000_000,
            queueNanoseconds: 2_500_000, loadNanoseconds: 30_000_000, prefillNanoseconds: 150_250_000,
            decodeNanoseconds: 1_000_000_000, callID: CallID(high: 1, low: 2))
        record.front = .openAIChat
        record.sentNanoseconds = 3_000_000
        change(&record)
        return ExportRecord(record, endedAt: end)
    }

    /// A trace of a caller's, with a span of our own.
    static let trace = RequestTrace(
        own: TraceContext(
            high: 0x0af7_6519_16cd_43dd, low: 0x8448_eb21_1c80_319c, span: 0x0011_2233_4455_6677, isSampled: true),
        parent: 0xb7ad_6b71_6920_3331)
}

/// The other side of a transport, whose answers a test gives when it likes.
final class OtherSide: Sendable {
    private struct State {
        var bodies: [[UInt8]] = []
        var requests: [CurlRequest] = []
        var waiting: [@Sendable (Result<CurlResponse, CurlError>) -> Void] = []
    }

    private let state = Locked(State())

    var transport: ExportTransport {
        ExportTransport { [self] request, completion in
            state.withLock { state in
                state.requests.append(request)
                state.bodies.append(request.body ?? [])
                state.waiting.append(completion)
            }
        }
    }

    var requests: [CurlRequest] { state.withLock { $0.requests } }
    var bodies: [String] { state.withLock { $0.bodies.map { String(decoding: $0, as: UTF8.self) } } }

    /// Answers the oldest request that has no answer yet.
    func answer(_ status: Int, _ body: String = "", retryAfter: Duration? = nil) {
        let timings = CurlTimings(
            nameLookup: .zero, connect: .zero, tls: .zero, firstByte: .zero, total: .zero, reusedConnection: true)
        end(.success(CurlResponse(status: status, body: Array(body.utf8), timings: timings, retryAfter: retryAfter)))
    }

    func end(_ result: Result<CurlResponse, CurlError>) {
        state.withLock { $0.waiting.removeFirst() }(result)
    }
}

/// Joins numbers with commas, refuses what is negative.
struct NumberEncoder: ExportEncoder {
    mutating func encode(_ items: ArraySlice<Int>) -> [UInt8]? {
        let kept = items.filter { $0 >= 0 }
        return kept.isEmpty ? nil : Array(kept.map(String.init).joined(separator: ",").utf8)
    }

    func refusals(in answer: [UInt8]) -> Int { Int(String(decoding: answer, as: UTF8.self)) ?? 0 }
}
