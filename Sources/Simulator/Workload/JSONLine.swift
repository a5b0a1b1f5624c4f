/// One JSON value as a trace's line has it: for files of some thousand lines, not for requests.
enum JSONLine {
    indirect enum Value {
        case null
        case truth(Bool)
        case number(Double)
        case text(String)
        case list([Value])
        case object([String: Value])
    }

    /// The object on a line; nil when it is none, or more follows.
    static func object(_ line: Substring) -> [String: Value]? {
        var parser = Parser(bytes: Array(line.utf8))
        guard let value = parser.value(depth: 0), case .object(let members) = value else { return nil }
        parser.skipBlanks()
        return parser.isAtEnd ? members : nil
    }

    private struct Parser {
        let bytes: [UInt8]
        var place = 0

        var isAtEnd: Bool { place >= bytes.count }

        mutating func skipBlanks() {
            while place < bytes.count, [32, 9, 10, 13].contains(bytes[place]) { place += 1 }
        }

        private mutating func take(_ character: Character) -> Bool {
            skipBlanks()
            guard place < bytes.count, bytes[place] == character.asciiValue else { return false }
            place += 1
            return true
        }

        private mutating func take(word: String) -> Bool {
            guard bytes[place...].starts(with: word.utf8) else { return false }
            place += word.utf8.count
            return true
        }

        mutating func value(depth: Int) -> Value? {
            skipBlanks()
            guard place < bytes.count, depth < 50 else { return nil }
            switch bytes[place] {
            case UInt8(ascii: "{"): return object(depth: depth)
            case UInt8(ascii: "["): return list(depth: depth)
            case UInt8(ascii: "\""): return text().map { .text($0) }
            case UInt8(ascii: "t"): return take(word: "true") ? .truth(true) : nil
            case UInt8(ascii: "f"): return take(word: "false") ? .truth(false) : nil
            case UInt8(ascii: "n"): return take(word: "null") ? .null : nil
            default: return number()
            }
        }

        private mutating func object(depth: Int) -> Value? {
            place += 1
            var members: [String: Value] = [:]
            if take("}") { return .object(members) }
            repeat {
                skipBlanks()
                guard place < bytes.count, let key = text(), take(":"), let value = value(depth: depth + 1) else {
                    return nil
                }
                members[key] = value
            } while take(",")
            return take("}") ? .object(members) : nil
        }

        private mutating func list(depth: Int) -> Value? {
            place += 1
            var items: [Value] = []
            if take("]") { return .list(items) }
            repeat {
                guard let item = value(depth: depth + 1) else { return nil }
                items.append(item)
            } while take(",")
            return take("]") ? .list(items) : nil
        }

        private mutating func number() -> Value? {
            let start = place
            while place < bytes.count, "+-.eE0123456789".utf8.contains(bytes[place]) { place += 1 }
            guard let value = Double(String(decoding: bytes[start..<place], as: UTF8.self)), value.isFinite else {
                return nil
            }
            return .number(value)
        }

        /// Escapes of code points above ASCII stay as they are: no field that is read here has them.
        private mutating func text() -> String? {
            guard bytes[place] == UInt8(ascii: "\"") else { return nil }
            place += 1
            var content: [UInt8] = []
            while place < bytes.count {
                let byte = bytes[place]
                place += 1
                switch byte {
                case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    guard place < bytes.count else { return nil }
                    switch bytes[place] {
                    case UInt8(ascii: "n"): content.append(10)
                    case UInt8(ascii: "t"): content.append(9)
                    case UInt8(ascii: "u"): content += Array("\\u".utf8)
                    default: content.append(bytes[place])
                    }
                    place += 1
                default: content.append(byte)
                }
            }
            return nil
        }
    }
}

extension [String: JSONLine.Value] {
    /// A number of 0 or more, rounded, that 32 bits hold.
    func count(_ key: String) -> Int32? {
        guard case .number(let value)? = self[key], value >= 0, value <= 2e9 else { return nil }
        return Int32(value)
    }
}
