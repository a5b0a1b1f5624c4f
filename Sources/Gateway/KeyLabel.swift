import Ledger

/// The name of a client's key in the log: its alias, else `sk-...` and its last four letters. Held inline, so that a record of
/// it costs no allocation; it stands in JSON as it is.
public struct KeyLabel: Sendable {
    /// The most bytes of it; a longer alias is cut.
    public static let capacity = 48

    private var storage = InlineArray<48, UInt8>(repeating: 0)
    private var count = 0

    /// No key.
    public static let none = KeyLabel()

    /// Whether there is no key.
    public var isEmpty: Bool { count == 0 }

    private init() {}

    /// What would have to be escaped is an underscore.
    public init(_ name: String) {
        for scalar in name.unicodeScalars {
            let letter = scalar.value < 0x20 || scalar == "\"" || scalar == "\\" || scalar.value == 0x7F ? "_" : scalar
            let bytes = UTF8.encode(letter) ?? UTF8.encodedReplacementCharacter
            guard count + bytes.count <= Self.capacity else { return }
            for byte in bytes {
                storage[count] = byte
                count += 1
            }
        }
    }

    /// Of the key behind a pass; none without one.
    init(_ pass: KeyPass?) {
        guard let key = pass?.facts.key else { return }
        self.init(key.alias ?? key.name)
    }

    /// Its bytes, in UTF-8.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: storage) { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
}

extension Caller {
    /// The name of its key in the log.
    public var label: KeyLabel { KeyLabel(pass) }
}
