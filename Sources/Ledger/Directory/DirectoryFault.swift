/// Why the directory cannot be changed so. It is then as before.
public enum DirectoryFault: Error, Sendable, Equatable {
    /// Another key has that alias.
    case aliasTaken(String)
    /// There is no such row.
    case unknown(String)
    /// The new key exists already, or was replaced by one that goes on with what it has spent.
    case keyExists
}
