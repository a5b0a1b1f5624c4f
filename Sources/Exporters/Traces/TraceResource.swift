/// The process that makes the spans, as OTLP's `Resource` says it.
public struct TraceResource: Sendable, Equatable {
    /// Names and values, `service.name` first.
    public var attributes: [(name: String, value: String)]

    /// - Parameters:
    ///   - service: `service.name` (`OTEL_SERVICE_NAME`).
    ///   - version: `service.version`.
    ///   - more: `OTEL_RESOURCE_ATTRIBUTES`; the service's own name wins over one in there.
    public init(service: String, version: String, more: [(name: String, value: String)]) {
        let own = [("service.name", service), ("service.version", version), ("telemetry.sdk.name", "drover")]
        attributes = own + more.filter { one in !own.contains { $0.0 == one.name } }
    }

    /// Equal with the same attributes in the same order.
    public static func == (left: TraceResource, right: TraceResource) -> Bool {
        left.attributes.elementsEqual(right.attributes) { $0 == $1 }
    }

    /// The message's bytes.
    var encoded: [UInt8] {
        attributes.flatMap { name, value -> [UInt8] in
            let text = Self.field(1, Array(value.utf8))
            let pair = Self.field(1, Array(name.utf8)) + Self.field(2, text)
            return Self.field(1, pair)
        }
    }

    /// A field of bytes.
    static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        var rest = bytes.count
        while rest >= 0x80 {
            length.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return [number << 3 | 2] + length + [UInt8(rest)] + bytes
    }
}
