import Gateway
import Ledger
public import Telemetry

/// Finished requests as spans for OTLP over HTTP, in protobuf (`ExportTraceServiceRequest`), with the names of the GenAI
/// semantic conventions.
///
/// A request is a server's span; below it are its wait in the queue and each attempt, a client's span; below the attempt that
/// answered are the phases that the instance has told: loading, reading the prompt, writing the answer.
public struct TraceEncoder: ExportEncoder {
    private let names: @Sendable () -> TelemetryNames
    private let resource: [UInt8]
    private let scope: [UInt8]
    private var pieces: TracePieces

    /// Protobuf's.
    public static var contentType: String { "application/x-protobuf" }

    /// - Parameters:
    ///   - resource: the process.
    ///   - version: the product's.
    ///   - names: the meaning of the indices in records, as it is now.
    public init(
        _ resource: TraceResource, version: String, names: @escaping @Sendable () -> TelemetryNames
    ) {
        self.names = names
        self.resource = resource.encoded
        scope = TraceResource.field(1, Array("drover".utf8)) + TraceResource.field(2, Array(version.utf8))
        pieces = TracePieces()
    }

    /// A collector says so in `partial_success`. It counts spans, and of a request's spans one is enough to miss it.
    public func refusals(in answer: [UInt8]) -> Int { TraceAnswer(answer).rejectedSpans }

    /// One body with the spans of all of these.
    public mutating func encode(_ items: ArraySlice<ExportRecord>) -> [UInt8]? {
        pieces.grow(to: names())
        let pieces = pieces
        let spans = items.reduce(0) { $0 + 6 + $1.record.failedAttempts.count }
        let prompts = items.reduce(0) { $0 + ($1.prompt?.bytes.count ?? 0) }
        let most = 64 + resource.count + scope.count + spans * (1_000 + 3 * pieces.longest) + prompts
        return [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            var out = ProtobufWriter(buffer.baseAddress!)
            let all = out.open(1)
            let process = out.open(1)
            out.raw(resource)
            out.close(process)
            let scoped = out.open(2)
            let instrumentation = out.open(1)
            out.raw(scope)
            out.close(instrumentation)
            for item in items {
                if let trace = item.record.trace { RequestSpans(item, trace, pieces).write(to: &out) }
            }
            out.close(scoped)
            out.close(all)
            count = out.count
        }
    }
}
