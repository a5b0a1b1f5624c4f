import CPostgreSQL

/// An address as libpq reads it, before a connection is tried: libpq's word about one that it cannot read quotes it, and the
/// quoted part may be a piece of the password.
struct Address {
    /// Whether it can be read, and names hosts and ports that are none of a password's pieces.
    let isSound: Bool

    static let unreadable = PostgreSQLError(
        .address,
        "the address cannot be read: expects postgres://USER:PASSWORD@HOST/DATABASE, special characters percent-encoded"
    )

    init(_ text: String, _ calls: cpq_library) {
        guard Self.hasCredentialsInPlace(text) else {
            isSound = false
            return
        }
        var words: UnsafeMutablePointer<CChar>?
        let options = calls.PQconninfoParse(text, &words)
        if let words { calls.PQfreemem(words) }
        guard let options else {
            isSound = false
            return
        }
        defer { calls.PQconninfoFree(options) }
        var isSound = true
        var option = options
        while let keyword = option.pointee.keyword {
            if String(cString: keyword) == "port", let value = option.pointee.val {
                isSound = isSound && Self.isPorts(String(cString: value))
            }
            option += 1
        }
        self.isSound = isSound
    }

    /// Whether the first `@` of a URI ends its password. Otherwise a part of the password is taken for a host, a port or a
    /// database, and named in an error.
    private static func hasCredentialsInPlace(_ text: String) -> Bool {
        guard let scheme = ["postgres://", "postgresql://"].first(where: text.hasPrefix) else { return true }
        let rest = text.dropFirst(scheme.count)
        // Credentials end before the first `/`, and may hold a `?`.
        guard let mark = rest.prefix(while: { $0 != "/" }).firstIndex(of: "@") else {
            return !rest.prefix { $0 != "?" }.contains("@")
        }
        // An option of an address without credentials looks the same, and its `@` is none of theirs.
        let isOption = rest[..<mark].drop { $0 != "?" }.contains("=")
        return !isOption && !rest[mark...].dropFirst().prefix { $0 != "?" }.contains("@")
    }

    /// A port for each host, each of them 1 to 65535 or left out.
    private static func isPorts(_ text: String) -> Bool {
        text.split(separator: ",").allSatisfy { port in UInt16(port).map { $0 > 0 } ?? false }
    }
}
