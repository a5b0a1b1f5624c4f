/// A key of one section, and whether this release acts on it.
struct KnownKey: Sendable {
    enum Use: Sendable {
        /// Read by its section's reader.
        case acted
        /// Accepted and ignored, with a warning; the note says what to do instead, or what it waits for.
        case ignored(String?)
    }

    var name: String
    var use: Use
}

/// A mapping whose keys are known, such as `router_settings` or `drover.probe`.
struct KnownSection: Sendable {
    /// As in the table of ``KnownKeys``; indices of lists left out: `model_list.litellm_params`.
    var name: String
    var keys: [KnownKey]

    init(_ name: String, acted: [String], ignored: [(String?, [String])] = []) {
        self.name = name
        self.keys =
            acted.map { KnownKey(name: $0, use: .acted) }
            + ignored.flatMap { note, names in names.map { KnownKey(name: $0, use: .ignored(note)) } }
    }

    func key(_ name: String) -> KnownKey? { keys.first { $0.name == name } }
}
