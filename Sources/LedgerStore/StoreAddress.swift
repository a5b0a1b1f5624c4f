/// Where a ledger is kept, as `drover.store` says it.
public enum StoreAddress: Equatable, Sendable {
    /// One SQLite file: `sqlite:PATH`.
    case sqlite(path: String)
    /// A PostgreSQL database: `postgres://user:password@host:port/database`.
    case postgresql(String)

    /// Reads an address.
    /// - Throws: a sentence that says what is wrong with it.
    public init(_ text: String) throws(StoreAddressFault) {
        guard let colon = text.firstIndex(of: ":") else {
            throw StoreAddressFault(message: "write sqlite:PATH")
        }
        let rest = String(text[text.index(after: colon)...])
        switch text[..<colon] {
        case "sqlite":
            // As other programs write it: sqlite:///absolute, sqlite://relative.
            let path = rest.hasPrefix("//") ? String(rest.dropFirst(2)) : rest
            guard !path.isEmpty, !path.utf8.contains(0) else {
                throw StoreAddressFault(message: "names no file; write sqlite:PATH")
            }
            self = .sqlite(path: path)
        case "postgres", "postgresql":
            guard rest.hasPrefix("//") else {
                throw StoreAddressFault(message: "names no server; write postgres://USER:PASSWORD@HOST/DATABASE")
            }
            self = .postgresql(text)
        case let scheme:
            throw StoreAddressFault(message: "\"\(scheme)\" is no kind of store; write sqlite:PATH")
        }
    }
}

/// Why a text is no address of a store.
public struct StoreAddressFault: Error, Equatable, Sendable {
    /// What to write instead.
    public let message: String
}
