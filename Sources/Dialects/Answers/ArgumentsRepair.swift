/// Mends a call's arguments that are no JSON, where there is but one way to: a fence around them, a comma before a closing bracket,
/// a line break inside of a string, brackets that are missing at the end or stand there once too often.
///
/// They come in pieces, each the inside of a JSON string, and go on as they come, except what the next piece has to decide
/// on. Arguments that are sound go on byte for byte.
struct ArgumentsRepair: Sendable {
    /// What became of the arguments.
    enum Verdict: Sendable, Equatable {
        /// Nothing was changed.
        case untouched
        /// They are JSON now and were not before.
        case mended
        /// They are no JSON, and nobody can know what they were to be: what came last goes on as it was.
        case broken
    }

    private enum Phase: Sendable {
        /// Nothing but blanks.
        case before
        /// Behind the backticks of a fence, before the object.
        case fence
        case inside
        /// Behind the object.
        case after
        /// Something else: all goes on as it is.
        case other
    }

    /// More is not kept in mind, and then nothing is added at the end.
    private static let mostKept = 1 << 20
    /// What waits is no longer.
    private static let mostHeld = 64

    private var phase = Phase.before
    /// The brackets that are open, each by what closes it.
    private var open: [UInt8] = []
    private var isInString = false
    private var isEscaped = false
    /// Bytes that wait for what follows, as they came: a comma and blanks, a fence, what stands behind the object.
    private var held: [UInt8] = []
    /// Bytes of the comma that waits.
    private var commaLength = 1
    private var isChanged = false
    /// What has gone on, while it may have to be looked at again.
    private var kept: [UInt8] = []
    private var isTooLong = false

    /// Whether the object has ended.
    var isWhole: Bool { phase == .after }

    /// What is to be done about a byte.
    private enum Step {
        /// It goes on.
        case pass
        /// It waits.
        case hold
        /// It goes on behind what waited.
        case passHeld
        /// What waited goes, and it goes on.
        case dropHeld
        /// The comma that waited goes; it goes on behind the blanks.
        case dropComma
        /// It is written anew.
        case write([UInt8])
    }

    /// Takes the next piece and calls for what goes on of it.
    mutating func add(_ piece: UnsafeRawBufferPointer, _ emit: (UnsafeRawBufferPointer) -> Void) {
        // Where the run begins that goes on as it stands.
        var start = 0
        var position = 0
        while position < piece.count, phase != .other {
            let (byte, next) = Self.unit(piece, at: position)
            switch step(byte) {
            case .pass: break
            case .passHeld: release(emit)
            case .dropHeld:
                held.removeAll()
                isChanged = true
            case .dropComma:
                held.removeFirst(commaLength)
                isChanged = true
                release(emit)
            case .hold:
                pass(UnsafeRawBufferPointer(rebasing: piece[start..<position]), emit)
                held.append(contentsOf: piece[position..<next])
                if byte == 0x2c { commaLength = next - position }
                start = next
            case .write(let bytes):
                pass(UnsafeRawBufferPointer(rebasing: piece[start..<position]), emit)
                bytes.withUnsafeBytes { pass($0, emit) }
                isChanged = true
                start = next
            }
            position = next
        }
        if start < piece.count { pass(UnsafeRawBufferPointer(rebasing: piece[start...]), emit) }
    }

    private mutating func step(_ byte: UInt8) -> Step {
        switch phase {
        case .other: return .pass
        case .inside: return isInString ? stepInString(byte) : stepInside(byte)
        case .before, .fence:
            let isFence = phase == .fence
            if byte == 0x7b {
                phase = .inside
                open.append(0x7d)
                return isFence ? .dropHeld : .passHeld
            }
            let isLetter = byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a
            if byte == 0x60 { phase = .fence }
            if byte == 0x60 || byte <= 0x20 || isFence && isLetter, held.count < Self.mostHeld { return .hold }
            phase = .other
            return .passHeld
        case .after:
            if byte <= 0x20 || byte == 0x60 || byte == 0x7d || byte == 0x5d, held.count < Self.mostHeld { return .hold }
            phase = .other
            return .passHeld
        }
    }

    private mutating func stepInString(_ byte: UInt8) -> Step {
        if isEscaped {
            isEscaped = false
        } else if byte == 0x5c {
            isEscaped = true
        } else if byte == 0x22 {
            isInString = false
        } else if byte < 0x20 {
            return .write(Self.escape(of: byte))
        }
        return .pass
    }

    private mutating func stepInside(_ byte: UInt8) -> Step {
        switch byte {
        case 0...0x20: return held.isEmpty ? .pass : held.count < Self.mostHeld ? .hold : .passHeld
        case 0x2c:
            // Two commas are no slip that can be mended.
            guard held.isEmpty else {
                phase = .other
                return .passHeld
            }
            return .hold
        case 0x7d, 0x5d:
            guard open.last == byte else {
                phase = .other
                return .passHeld
            }
            open.removeLast()
            if open.isEmpty { phase = .after }
            return held.isEmpty ? .pass : .dropComma
        case 0x22: isInString = true
        case 0x7b: open.append(0x7d)
        case 0x5b: open.append(0x5d)
        default: break
        }
        return held.isEmpty ? .pass : .passHeld
    }

    /// The arguments have ended: calls for what is still to go on.
    ///
    /// - Parameter isCut: whether the answer was cut off, so that nobody knows what is missing.
    mutating func end(isCut: Bool, _ emit: (UnsafeRawBufferPointer) -> Void) -> Verdict {
        defer { self = ArgumentsRepair() }
        switch phase {
        case .before, .fence, .other:
            release(emit)
            return phase == .before ? .untouched : .broken
        case .after:
            // Fences and brackets too many.
            let isBlank = !held.contains { $0 == 0x60 || $0 == 0x7d || $0 == 0x5d }
            if isBlank { release(emit) }
            guard isChanged || !isBlank else { return .untouched }
            return isTooLong || Self.isObject(kept) ? .mended : .broken
        case .inside:
            let closing = Array(open.reversed())
            let whole = kept + closing
            // Behind a comma, which waits, there was more to come.
            guard !isCut, held.isEmpty, !isTooLong, !isInString, closing.count <= 64, Self.isObject(whole) else {
                release(emit)
                return .broken
            }
            closing.withUnsafeBytes(emit)
            return .mended
        }
    }

    /// What waited goes on.
    private mutating func release(_ emit: (UnsafeRawBufferPointer) -> Void) {
        guard !held.isEmpty else { return }
        let bytes = held
        held.removeAll()
        bytes.withUnsafeBytes { pass($0, emit) }
    }

    private mutating func pass(_ bytes: UnsafeRawBufferPointer, _ emit: (UnsafeRawBufferPointer) -> Void) {
        guard !bytes.isEmpty else { return }
        if kept.count + bytes.count <= Self.mostKept { kept.append(contentsOf: bytes) } else { isTooLong = true }
        emit(bytes)
    }

    private static func isObject(_ text: [UInt8]) -> Bool {
        text.withUnsafeBytes { JSONString.object(inside: $0) != nil }
    }

    /// The byte that stands at a place of a JSON string's inside, and the place behind it; of a character that is no ASCII, any
    /// byte of it.
    private static func unit(_ text: UnsafeRawBufferPointer, at position: Int) -> (byte: UInt8, next: Int) {
        guard text[position] == 0x5c, position + 1 < text.count else { return (text[position], position + 1) }
        switch text[position + 1] {
        case 0x6e: return (0x0a, position + 2)
        case 0x72: return (0x0d, position + 2)
        case 0x74: return (0x09, position + 2)
        case 0x62: return (0x08, position + 2)
        case 0x66: return (0x0c, position + 2)
        case 0x75 where position + 6 <= text.count:
            var byte: UInt8 = 0x80
            JSONString.unescape(UnsafeRawBufferPointer(rebasing: text[position..<position + 6])) { byte = $0[0] }
            return (byte, position + 6)
        default: return (text[position + 1], position + 2)
        }
    }

    /// The escape of a control character in a string, as it stands inside of another string.
    private static func escape(of byte: UInt8) -> [UInt8] {
        switch byte {
        case 0x0a: Array(#"\\n"#.utf8)
        case 0x0d: Array(#"\\r"#.utf8)
        case 0x09: Array(#"\\t"#.utf8)
        default:
            Array(#"\\u00"#.utf8) + [byte < 0x10 ? 0x30 : 0x31, JSONString.hexLetter(byte & 15)]
        }
    }
}

extension ArgumentsRepair {
    /// The beginning of arguments that are no JSON object, as they came; nil for those that are, and for none at all.
    static func unreadable(_ arguments: UnsafeRawBufferPointer) -> [UInt8]? {
        guard !JSONString.saysNothing(arguments), JSONString.object(inside: arguments) == nil else { return nil }
        return Array(arguments.prefix(mostTold))
    }

    /// No more of broken arguments is told.
    static let mostTold = 200

    /// The inside of a JSON string that holds a call's arguments, mended; nil where they are sound, or cannot be.
    ///
    /// - Parameter isCut: whether the answer was cut off.
    static func mended(_ arguments: UnsafeRawBufferPointer, isCut: Bool = false) -> [UInt8]? {
        if JSONString.saysNothing(arguments) || JSONString.object(inside: arguments) != nil { return nil }
        var repair = ArgumentsRepair()
        var text: [UInt8] = []
        repair.add(arguments) { text.append(contentsOf: $0) }
        guard repair.end(isCut: isCut, { text.append(contentsOf: $0) }) == .mended, isObject(text) else { return nil }
        return text
    }
}
