extension BaseURL {
    /// Whether it names this machine itself.
    public var isLoopback: Bool {
        IPAddress(host)?.isLoopback ?? (host == "localhost" || host.hasSuffix(".localhost"))
    }

    /// Whether no public host can have this address, so that what is sent there stays inside. Nothing is resolved, and
    /// in doubt it is false.
    ///
    /// Addresses by their ranges. Of names those under `.localhost`, `.local` and `.internal`, which public DNS does not
    /// have, and names without a dot: the hosts file, the search domain or a container network answers those.
    public var isInside: Bool {
        if let address = IPAddress(host) { return address.isInside }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard !host.contains(":"), labels.allSatisfy({ !$0.isEmpty }) else { return false }
        guard labels.count == 1 else { return ["localhost", "local", "internal"].contains(labels.last) }
        return Self.isBareName(host)
    }

    /// A name that only an inner resolver knows. Public DNS has no host at a top-level domain except some countries' (ICANN
    /// forbids it, SAC 053), and those are of two letters or begin with `xn--`. Digits alone are an address to
    /// some resolvers: `134744072` is 8.8.8.8.
    private static func isBareName(_ name: String) -> Bool {
        let isNumber =
            name.utf8.allSatisfy { (0x30...0x39).contains($0) }
            || (name.hasPrefix("0x") && name.dropFirst(2).allSatisfy(\.isHexDigit))
        let isCountry = (name.utf8.count == 2 && name.allSatisfy(\.isLetter)) || name.hasPrefix("xn--")
        return !isNumber && !isCountry
    }
}
