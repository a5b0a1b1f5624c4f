import Balancer
import Config
import Logging
import ServiceLifecycle
import Upstream

/// Looks the followed host names up, every so often, and has the pool follow what they are found to mean.
///
/// Each name has one look-up at a time, however long that takes: a name server that is silent holds up no other name and nobody
/// else, and what was found before stays.
actor AddressKeeper: Service {
    private let lookUp: NameLookUp
    private let time: TimeSource
    private var hosts: [String] = []
    /// Names that are followed once a configuration is in force, and how many addresses of each.
    private var prepared: (hosts: [String], most: Int) = ([], 0)
    private var settings = Configuration.Discovery()
    private var book = AddressBook()
    private var running: Set<String> = []
    /// Whether the pool has what the book says.
    private var isTaken = false
    private var taking: (door: ReloadDoor, logger: Logger)?
    /// How many addresses of a name were left out the last time, for the log.
    private var leftOut: [String: Int] = [:]

    /// The longest that anybody waits for names that were never found.
    static let patience = Duration.seconds(2)

    init(_ lookUp: NameLookUp, time: TimeSource) { (self.lookUp, self.time) = (lookUp, time) }

    /// From now on changes go through this door.
    func open(to door: ReloadDoor, logger: Logger) { taking = (door, logger) }

    /// A configuration with the addresses of its names, which may come to be in force. Names that were never found are waited for, a
    /// while; those that are in force are followed on, and forgotten by ``follow(_:)`` alone.
    func prepare(_ configuration: Configuration) async -> Configuration {
        let most = (configuration.drover.discovery ?? Configuration.Discovery()).maxAddresses
        prepared = (configuration.followedHosts, most)
        let new = prepared.hosts.filter { !book.knows($0) }
        new.forEach(begin)
        let end = time.now() + Self.patience
        while new.contains(where: running.contains), time.now() < end {
            guard (try? await time.sleep(time.now() + .milliseconds(5))) != nil else { break }
        }
        var bounded = book
        bounded.cut(to: most)
        return configuration.discovered(bounded.addresses)
    }

    /// From now on the names of this configuration are followed, and no others.
    func follow(_ configuration: Configuration) {
        hosts = configuration.followedHosts
        settings = configuration.drover.discovery ?? Configuration.Discovery()
        prepared = ([], 0)
        // What was found while that was prepared is handed over with the next look.
        isTaken = false
        book.keep(hosts)
        book.cut(to: settings.maxAddresses)
        leftOut = leftOut.filter { hosts.contains($0.key) }
    }

    /// A configuration with the addresses that are known now.
    func discovered(_ configuration: Configuration) -> Configuration { configuration.discovered(book.addresses) }

    func run() async {
        await cancelWhenGracefulShutdown { [self] in
            while (try? await time.sleep(time.now() + interval)) != nil { await look() }
        }
    }

    private var interval: Duration { settings.interval }

    private func look() async {
        hosts.forEach(begin)
        if !isTaken { await handOver() }
    }

    private func begin(_ host: String) {
        guard running.insert(host).inserted else { return }
        Task {
            let found = await lookUp(host)
            await ended(host, found)
        }
    }

    private func ended(_ host: String, _ found: [String]) async {
        running.remove(host)
        guard hosts.contains(host) else {
            if prepared.hosts.contains(host) { _ = book.take(found, of: host, most: prepared.most) }
            return
        }
        let change = book.take(found, of: host, most: settings.maxAddresses)
        tell(change, of: host)
        guard !change.isEmpty else { return }
        isTaken = false
        await handOver()
    }

    /// At the start there is nobody to hand it to yet: then the next look does it.
    private func handOver() async {
        let handed = book
        guard let taking, await taking.door.takeAddresses() else { return }
        isTaken = book == handed
    }

    private func tell(_ change: AddressBook.Change, of host: String) {
        guard let logger = taking?.logger else { return }
        if !change.isEmpty {
            logger.notice(
                "A host name has other addresses.",
                metadata: [
                    "host": "\(host)", "addresses.new": "\(change.added.joined(separator: ", "))",
                    "addresses.gone": "\(change.removed.joined(separator: ", "))",
                ])
        }
        guard change.leftOut != leftOut.updateValue(change.leftOut, forKey: host) ?? 0, change.leftOut > 0 else {
            return
        }
        logger.warning(
            "A host name has more addresses than are followed; raise drover.discover.max_addresses.",
            metadata: ["host": "\(host)", "addresses.left_out": "\(change.leftOut)"])
    }
}
