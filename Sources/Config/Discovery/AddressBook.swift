/// The addresses that followed host names were last found to have. A value: whoever has it looks the names up.
///
/// A look-up that finds nothing changes nothing. An address that an answer lacks stays until the next answer lacks it too, since
/// some name servers answer with a part of what they know.
public struct AddressBook: Sendable, Equatable {
    private struct Entry: Equatable {
        /// Ascending.
        var addresses: [String] = []
        /// Those that the last answer lacked.
        var missing: Set<String> = []

        /// Those that the last answer lacked go first.
        mutating func cut(to most: Int) {
            guard addresses.count > most else { return }
            let (there, gone) = (addresses.filter { !missing.contains($0) }, addresses.filter(missing.contains))
            addresses = (there + gone).prefix(max(most, 0)).sorted()
            missing.formIntersection(addresses)
        }
    }

    /// The outcome of a look-up.
    public struct Change: Sendable, Equatable {
        /// Addresses that are new.
        public var added: [String] = []
        /// Addresses that are not followed any more.
        public var removed: [String] = []
        /// How many more there are than may be followed.
        public var leftOut = 0

        /// Whether the addresses are those from before.
        public var isEmpty: Bool { added.isEmpty && removed.isEmpty }
    }

    private var entries: [String: Entry] = [:]

    /// A book in which nothing stands.
    public init() {}

    /// The addresses by host name; none of a name that was never found.
    public var addresses: [String: [String]] { entries.mapValues(\.addresses).filter { !$0.value.isEmpty } }

    /// Whether any address of a name is known.
    public func knows(_ host: String) -> Bool { entries[host]?.addresses.isEmpty == false }

    /// Forgets all other names.
    public mutating func keep(_ hosts: [String]) { entries = entries.filter { hosts.contains($0.key) } }

    /// Takes in the end of a look-up.
    ///
    /// - Parameters:
    ///   - found: as the system gave them; empty where there is no such name, or nobody answered.
    ///   - most: how many are followed. Those that are, are before those that are new.
    public mutating func take(_ found: [String], of host: String, most: Int) -> Change {
        let found = Self.usable(found)
        guard !found.isEmpty else { return Change() }
        var entry = entries[host] ?? Entry()
        let before = entry.addresses
        let missing = Set(before).subtracting(found)
        entry.addresses = before.filter { !missing.contains($0) || !entry.missing.contains($0) }
        entry.missing = missing.intersection(entry.addresses)
        entry.cut(to: most)
        let kept = entry.addresses
        // As long as those of one kind may come back, those of the other are the same boxes.
        let mixes = kept.contains { Self.isFour($0) != found.first.map(Self.isFour) }
        let new = mixes ? [] : found.subtracting(before).sorted().prefix(max(most - kept.count, 0))
        entry.addresses = (kept + new).sorted()
        entries[host] = entry
        return Change(
            added: Array(new), removed: before.filter { !kept.contains($0) },
            leftOut: mixes ? 0 : found.subtracting(entry.addresses).count)
    }

    /// Follows no more of each name than so many.
    public mutating func cut(to most: Int) {
        for host in entries.keys { entries[host]?.cut(to: most) }
    }

    private static func isFour(_ address: String) -> Bool { !address.contains(":") }

    /// A box that has an address of each kind is one box, so only one kind counts: IPv4 where there is any. An address with an
    /// interface in it is of use to nobody else.
    private static func usable(_ found: [String]) -> Set<String> {
        let addresses = found.filter { IPAddress($0) != nil }
        let four = addresses.filter(isFour)
        return Set(four.isEmpty ? addresses : four)
    }
}
