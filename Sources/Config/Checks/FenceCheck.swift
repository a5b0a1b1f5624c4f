import Providers

/// Weighs what must stay inside against what there is to serve it: a line that keeps nothing in, or that nothing could
/// answer, is told at the start and not by a request that leaves or fails.
struct FenceCheck {
    let configuration: Configuration
    let drover: DroverReader
    let log: DiagnosticLog

    func run() {
        checkOverrides()
    }

    private var instances: [Configuration.Instance] { configuration.instances }

    /// A line about an instance that is not there would leave the real one as it was. While the URL of any waits for a
    /// variable, it may be that one.
    private func checkOverrides() {
        let isWhole = instances.allSatisfy { $0.baseURL != nil }
        let names = instances.map(\.name) + instances.compactMap(\.baseURL?.description)
        for line in drover.locality.overrides {
            let said = line.isLocal
            let meant = instances.compactMap(\.baseURL).first { line.means($0) }
            guard let meant else {
                let message = "no instance \"\(line.key)\"\(NearMiss.hint(line.key, among: names))"
                if isWhole {
                    log.fault(said.mark, said.path, message)
                } else {
                    log.warning(said.mark, said.path, message)
                }
                continue
            }
            if said.value, Self.clouds.contains(meant.host) {
                log.warning(
                    said.mark, said.path,
                    "\(meant.host) is a cloud; what must not leave will be sent there all the same")
            }
        }
    }

    /// The hosts where providers themselves answer.
    private static let clouds = Set(
        Providers.all.compactMap { $0.base.flatMap { try? BaseURL($0) } }.filter { !$0.isInside }.map(\.host))
}
