/// Reads protobuf's wire format into numbers and bytes: by the format's description, not by the writer.
struct ProtobufReader {
    struct Field {
        var number: Int
        var varint: UInt64 = 0
        var bytes: [UInt8] = []

        var message: ProtobufReader { ProtobufReader(bytes) }
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    let fields: [Field]

    /// A trap is a failed test: what does not end where it says is no message.
    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        func varint() -> UInt64 {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while true {
                let byte = rest.removeFirst()
                value |= UInt64(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 { return value }
            }
        }
        var fields: [Field] = []
        while !rest.isEmpty {
            let tag = varint()
            var field = Field(number: Int(tag >> 3))
            switch tag & 7 {
            case 0: field.varint = varint()
            case 1:
                for (index, byte) in rest.prefix(8).enumerated() { field.varint |= UInt64(byte) << UInt64(8 * index) }
                rest.removeFirst(8)
            case 2:
                let count = Int(varint())
                field.bytes = Array(rest.prefix(count))
                rest.removeFirst(count)
            default: preconditionFailure("no such kind of field")
            }
            fields.append(field)
        }
        self.fields = fields
    }

    func all(_ number: Int) -> [Field] { fields.filter { $0.number == number } }
    func first(_ number: Int) -> Field? { fields.first { $0.number == number } }
}

/// A span, by the field numbers of `opentelemetry/proto/trace/v1/trace.proto`.
struct ReadSpan {
    var trace: String
    var id: String
    var parent: String
    var name: String
    var kind: UInt64
    var start: UInt64
    var end: UInt64
    var attributes: [String: String]
    var isError: Bool

    init(_ message: ProtobufReader) {
        func hex(_ number: Int) -> String {
            (message.first(number)?.bytes ?? []).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        trace = hex(1)
        id = hex(2)
        parent = hex(4)
        name = message.first(5)?.text ?? ""
        kind = message.first(6)?.varint ?? 0
        start = message.first(7)?.varint ?? 0
        end = message.first(8)?.varint ?? 0
        isError = message.first(15)?.message.first(3)?.varint == 2
        attributes = Self.attributes(message.all(9))
    }

    static func attributes(_ fields: [ProtobufReader.Field]) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: fields.map { field in
                let value = field.message.first(2)?.message.fields.first
                let text =
                    switch value?.number {
                    case 1: value?.text ?? ""
                    case 2: value?.varint == 1 ? "true" : "false"
                    case 3: "\(value?.varint ?? 0)"
                    case 4: "\(Double(bitPattern: value?.varint ?? 0))"
                    default: "?"
                    }
                return (field.message.first(1)?.text ?? "", text)
            })
    }
}
