import HTTPTypes
import NIOHTTP1

/// The values of a head, whoever has parsed it.
protocol HeadFields {
    /// Calls `body` with each value of `header` in order, until it answers false.
    func forEachValue(of header: CallHeader, _ body: (UnsafeRawBufferPointer) -> Bool)

    /// The first value of a header that the table has not, by its name in lower case.
    func value(named name: String) -> String?
}

extension HeadFields {
    /// The first value that `read` makes something of. Of a header that is not repeatable only the first is tried.
    @inline(__always)
    func first<Value>(_ header: CallHeader, _ read: (UnsafeRawBufferPointer) -> Value?) -> Value? {
        var found: Value?
        forEachValue(of: header) { bytes in
            found = read(bytes)
            return found == nil && header.isRepeatable
        }
        return found
    }

    /// The same as text.
    @inline(__always)
    func firstText(_ header: CallHeader) -> String? { first(header) { String(decoding: $0, as: UTF8.self) } }

    /// Reads the client's key with `read`: the first value that is not empty, by the order of the headers.
    @inline(__always)
    func withCredential<Value>(_ read: (UnsafeRawBufferPointer?) -> Value) -> Value {
        for number in CallHeader.credentials {
            guard let header = CallHeader(rawValue: number) else { continue }
            if let value = first(header, { $0.isEmpty ? nil : read($0) }) { return value }
        }
        return read(nil)
    }
}

/// A head that the sniffer has found, with its bytes.
struct SniffedFields: HeadFields {
    let head: SniffedHead
    let raw: UnsafeRawBufferPointer

    /// At most one: the sniffer lets no header of the table come twice, or empty.
    @inline(__always)
    func forEachValue(of header: CallHeader, _ body: (UnsafeRawBufferPointer) -> Bool) {
        if let bytes = head[header].bytes(in: raw) { _ = body(bytes) }
    }

    /// Looks at each line of the head: only where an operator has named a header.
    func value(named name: String) -> String? {
        let lines = UnsafeRawBufferPointer(rebasing: raw[..<head.length]).split(separator: UInt8(ascii: "\n"))
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
                line[..<colon].lazy.map({ (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }).elementsEqual(name.utf8)
            else { continue }
            return String(decoding: line[(colon + 1)...].filter { $0 != 0x0D }, as: UTF8.self)
        }
        return nil
    }
}

extension HTTPHeaders: HeadFields {
    func value(named name: String) -> String? { first(name: name) }

    func forEachValue(of header: CallHeader, _ body: (UnsafeRawBufferPointer) -> Bool) {
        for var value in self[header.name.description] {
            guard value.withUTF8({ body(UnsafeRawBufferPointer($0)) }) else { return }
        }
    }
}

extension HTTPTypes.HTTPFields: HeadFields {
    func value(named name: String) -> String? {
        HTTPField.Name(name).flatMap { self[values: $0].first }
    }

    func forEachValue(of header: CallHeader, _ body: (UnsafeRawBufferPointer) -> Bool) {
        guard let name = HTTPField.Name(header.name.description) else { return }
        for var value in self[values: name] {
            guard value.withUTF8({ body(UnsafeRawBufferPointer($0)) }) else { return }
        }
    }
}
