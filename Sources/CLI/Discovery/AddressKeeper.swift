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

    /// From now on the names of this configuration are followed; answers it with their addresses. Names that were never found are
    /// waited for, a while.
    func follow(_ configuration: Configuration) async -> Configuration {
        hosts = configuration.followedHosts
        settings = configuration.drover.discovery ?? Configuration.Discovery()
        book.keep(hosts)
        leftOut = leftOut.filter { hosts.contains($0.key) }
        let new = hosts.filter { !book.knows($0) }
        new.forEach(begin)
        let end = time.now() + Self.patience
        while new.contains(where: running.contains), time.now() < end {
            guard (try? await time.sleep(time.now() + .milliseconds(5))) != nil else { break }
        }
        return configuration.discovered(book.addresses)
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
        guard hosts.contains(host) else { return }
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
