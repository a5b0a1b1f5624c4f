import Config
import Server

/// What another configuration changes, in words.
struct ConfigurationDifference {
    private let old: Configuration
    private let new: Configuration

    init(from old: Configuration, to new: Configuration) { (self.old, self.new) = (old, new) }

    /// Instances, models and deployments by their names; settings by theirs, with both values.
    var report: ReloadReport {
        var report = ReloadReport()
        compare("instance", old.instances.map { ($0.name, $0) }, new.instances.map { ($0.name, $0) }, &report)
        compare("model", models(of: old), models(of: new), &report)
        compare("deployment", deployments(of: old), deployments(of: new), &report)
        report.changed += settings
        return report
    }

    private func compare<Value: Equatable>(
        _ kind: String, _ old: [(String, Value)], _ new: [(String, Value)], _ report: inout ReloadReport
    ) {
        let (before, after) = (grouped(old), grouped(new))
        for (name, value) in after {
            guard let former = before.first(where: { $0.0 == name })?.1 else {
                report.added.append("\(kind) \(name)")
                continue
            }
            if former != value { report.changed.append("\(kind) \(name)") }
        }
        for (name, _) in before where !after.contains(where: { $0.0 == name }) {
            report.removed.append("\(kind) \(name)")
        }
    }

    /// Of several with one name all count together.
    private func grouped<Value>(_ list: [(String, Value)]) -> [(String, [Value])] {
        var places: [String: Int] = [:]
        var groups: [(String, [Value])] = []
        for (name, value) in list {
            if let place = places[name] {
                groups[place].1.append(value)
            } else {
                places[name] = groups.count
                groups.append((name, [value]))
            }
        }
        return groups
    }

    /// A model is its strategy and its class; its deployments are said by themselves.
    private func models(of configuration: Configuration) -> [(String, Configuration.Model)] {
        (configuration.models + configuration.wildcardModels).map { model in
            var plain = model
            plain.deployments = []
            return (model.name, plain)
        }
    }

    private func deployments(of configuration: Configuration) -> [(String, Configuration.Deployment)] {
        configuration.entries.map { deployment in
            var plain = deployment
            // Its instance is said by its name.
            plain.instance = 0
            return ("\(deployment.modelName.value) on \(configuration.instances[deployment.instance].name)", plain)
        }
    }

    /// The values that people are shown, and the sections of those that they are not.
    private var settings: [String] {
        let (before, after) = (rows(of: old), rows(of: new))
        var lines = after.compactMap { row -> String? in
            guard let former = before.first(where: { $0.name == row.name })?.value else {
                return "\(row.name): \(row.value)"
            }
            return former == row.value ? nil : "\(row.name): \(former) to \(row.value)"
        }
        lines += before.filter { row in !after.contains { $0.name == row.name } }.map { "\($0.name): none" }
        guard lines.isEmpty else { return lines }
        if old.routerSettings != new.routerSettings { lines.append("router_settings") }
        if old.litellmSettings != new.litellmSettings { lines.append("litellm_settings") }
        if old.generalSettings != new.generalSettings { lines.append("general_settings") }
        if old.drover != new.drover { lines.append("drover") }
        return lines
    }

    private func rows(of configuration: Configuration) -> [(name: String, value: String)] {
        ConfigurationView.sections(of: configuration).filter { $0.title != "Models" }.flatMap(\.rows)
    }
}
