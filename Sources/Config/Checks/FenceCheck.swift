import Dialects

/// Weighs what must stay inside against what there is to serve it: a line that keeps nothing in, or that nothing could
/// answer, is told at the start and not by a request that leaves or fails.
struct FenceCheck {
    let configuration: Configuration
    let drover: DroverReader
    let log: DiagnosticLog

    func run() {
        checkOverrides()
        configuration.drover.localOnly.forEach(checkLocalOnly)
        let router = configuration.routerSettings
        for table in [router.fallbacks, router.contextWindowFallbacks, router.contentPolicyFallbacks] {
            for rule in table.rules where rule.model.value != "*" && configuration.isLocalOnly(rule.model.value) {
                for target in rule.targets { checkTarget(target, for: rule.model.value) }
            }
        }
        configuration.drover.overflow.forEach(checkOverflow)
    }

    private var instances: [Configuration.Instance] { configuration.instances }

    /// The deployments of a model, and those of them that are surely on clouds: one without a base URL may be anywhere.
    private func deployments(of name: String) -> (all: [Int], clouds: [Int]) {
        let behind = configuration.model(behind: name)
        let serving = configuration.pattern(serving: behind) ?? behind
        let model = configuration.models.first { $0.name == serving }
        let all = model?.deployments ?? []
        return (all, all.filter { isCloud(configuration.modelList[$0]) })
    }

    private func isCloud(_ deployment: Configuration.Deployment) -> Bool {
        instances[deployment.instance].baseURL != nil && !deployment.isLocal
    }

    private func isServedByCloudsAlone(_ name: String) -> Bool {
        let (all, clouds) = deployments(of: name)
        return !all.isEmpty && clouds.count == all.count
    }

    private func checkLocalOnly(_ name: Located<String>) {
        let (all, clouds) = deployments(of: name.value)
        guard !clouds.isEmpty else { return }
        guard clouds.count < all.count else {
            log.fault(
                name.mark, name.path,
                "every deployment of \"\(name.value)\" is on a cloud, so nothing may answer it; see drover.local")
            return
        }
        for index in clouds {
            let deployment = configuration.modelList[index]
            let instance = instances[deployment.instance].name
            log.warning(
                name.mark, name.path, "\(deployment.entry) is on a cloud, \(instance), and never used for it")
        }
    }

    private func checkTarget(_ target: Located<String>, for name: String) {
        guard isServedByCloudsAlone(target.value) else { return }
        log.warning(
            target.mark, target.path,
            "\"\(name)\" is in drover.local_only and \"\(target.value)\" is on clouds alone, so it never stands in")
    }

    /// Where `for` is not written the line is about whoever may leave.
    private func checkOverflow(_ line: Configuration.Overflow) {
        for name in line.models ?? [] {
            if configuration.model(behind: name.value) == configuration.model(behind: line.model.value) {
                log.warning(name.mark, name.path, "a model does not overflow into itself")
            } else if configuration.isLocalOnly(name.value) {
                checkTarget(Located(line.model.value, mark: name.mark, path: name.path), for: name.value)
            }
        }
    }

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
