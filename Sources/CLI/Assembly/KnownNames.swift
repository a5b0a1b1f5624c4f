import Locking

/// The names by which sums are kept, up to a number: those that come first, for as long as the process runs.
final class KnownNames: Sendable {
    private let names = Locked(Set<String>())
    private let most: Int

    init(most: Int) { self.most = most }

    /// Whether it is one of them, or there is still room.
    func admits(_ name: String) -> Bool {
        names.withLock { names in
            guard names.count >= most else {
                names.insert(name)
                return true
            }
            return names.contains(name)
        }
    }
}
