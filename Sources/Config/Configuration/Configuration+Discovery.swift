extension Configuration {
    /// `drover.discover`: host names whose addresses are instances of their own, as those of a headless Service are.
    public struct Discovery: Equatable, Sendable {
        /// `hosts`: the names that are followed. Default: `nil`, for the name of every instance inside.
        public var hosts: [Located<String>]?
        /// `interval`: from the end of one look-up of a name to the next; at least 100 ms. Default: 5 s.
        public var interval = Duration.seconds(5)
        /// `max_addresses`: of one name; further ones are left out. Default: 64.
        public var maxAddresses = 64

        /// Everything as it is by default.
        public init() {}
    }

    /// The host names that are looked up, each once, in the order of their instances. Never one of a cloud: its addresses are its own
    /// affair.
    public var followedHosts: [String] {
        var found: [String] = []
        for instance in instances {
            if let host = followedHost(of: instance), !found.contains(host) { found.append(host) }
        }
        return found
    }

    /// The host name of an instance, where its addresses are followed.
    func followedHost(of instance: Instance) -> String? {
        guard let discovery = drover.discovery, instance.isLocal, let base = instance.baseURL, !base.isLoopback,
            IPAddress(base.host) == nil
        else { return nil }
        let isMeant = discovery.hosts?.contains { $0.value.lowercased() == base.host } ?? true
        return isMeant ? base.host : nil
    }
}
