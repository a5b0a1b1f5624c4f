/// Weighs `drover.discover` against the instances there are.
struct DiscoveryCheck {
    let configuration: Configuration
    let log: DiagnosticLog

    func run() {
        guard let hosts = configuration.drover.discovery?.hosts else { return }
        let followed = configuration.followedHosts
        let bases = configuration.instances.compactMap { instance in instance.baseURL.map { ($0, instance.isLocal) } }
        for host in hosts where !followed.contains(host.value.lowercased()) {
            let name = host.value.lowercased()
            let reason =
                if let base = bases.first(where: { $0.0.host == name }) {
                    base.1 ? "is an address already" : "is not inside, so it is not followed; see drover.local"
                } else {
                    "is the host of no api_base\(NearMiss.hint(name, among: bases.map(\.0.host)))"
                }
            log.warning(host.mark, host.path, "\"\(host.value)\" \(reason)")
        }
    }
}
