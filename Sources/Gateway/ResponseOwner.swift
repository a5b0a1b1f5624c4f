public import Ledger

/// Whose an answer is that is kept: the same client after a restart, whatever team it asks in.
public enum ResponseOwner: Hashable, Sendable {
    /// Whoever has this key.
    case key(KeyHash)
    /// Whoever has signed in as this user.
    case user(String)
    /// Whoever has the master key, or anybody where none is set.
    case keyless
}

extension Caller {
    /// Whose its answers are.
    public var owner: ResponseOwner {
        // In whichever team it asks: one that has no user is the first of its teams.
        guard let pass = first ?? pass else { return .keyless }
        // Each of a user's teams is a place of its own in the ledger, and the user is one.
        if let user = pass.facts.person?.userID { return .user(user) }
        // A key that takes the place of another goes on with its answers, as with its spend.
        return .key(pass.facts.key.account)
    }
}

/// As a text, for who keeps it.
extension ResponseOwner {
    /// `key:` and its hash, or `user:` and its id.
    /// - Parameter keyless: the text of who has no key.
    public func text(keyless: String) -> String {
        switch self {
        case .key(let hash): "key:\(hash.hex)"
        case .user(let id): "user:\(id)"
        case .keyless: keyless
        }
    }

    /// Reads what `text` wrote; nil for anything else.
    public init?(_ text: String, keyless: String) {
        if text == keyless {
            self = .keyless
        } else if let id = text.dropping("user:") {
            self = .user(id)
        } else if let hash = text.dropping("key:").flatMap({ KeyHash(hex: $0) }) {
            self = .key(hash)
        } else {
            return nil
        }
    }
}

extension String {
    fileprivate func dropping(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
