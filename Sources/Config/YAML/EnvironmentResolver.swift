/// Puts the content of variables where a configuration says `os.environ/NAME`, once, before anything is read.
struct EnvironmentResolver {
    let variables: Variables
    /// Where not every variable may be named.
    var permitted = StoredModelVariables()
    let log: DiagnosticLog

    /// The variables of the process with those of `environment_variables:` added; what the process has wins,
    /// as with LiteLLM.
    static func merging(
        _ section: ConfigNode?, into environment: [String: String], log: DiagnosticLog
    ) -> [String: String] {
        guard let section, !section.isNull else { return environment }
        guard case .mapping(let entries) = section.content else {
            log.fault(section.mark, "environment_variables", "expects a mapping, found \(section.shown)")
            return environment
        }
        var merged = environment
        for entry in entries where environment[entry.key] == nil && !entry.value.isNull {
            guard case .scalar(let scalar) = entry.value.content else {
                log.fault(
                    entry.value.mark, "environment_variables.\(entry.key)", "expects text, found \(entry.value.shown)")
                continue
            }
            let reference = VariableReference(scalar.text, isSet: { environment[$0] != nil })
            if reference?.names.contains("") == true {
                log.fault(entry.value.mark, "environment_variables.\(entry.key)", Self.namesNone)
            } else if let missing = reference?.names.first(where: { environment[$0] == nil }) {
                log.unsetVariable(entry.value.mark, "environment_variables.\(entry.key)", "\(missing) is not set")
            } else {
                merged[entry.key] = reference?.text { environment[$0] ?? "" } ?? scalar.text
            }
        }
        return merged
    }

    private static let namesNone = "os.environ/ names no variable; write os.environ/NAME"

    /// The node with every variable in it resolved; each one that is unset is a warning.
    func resolve(_ node: ConfigNode, path: String = "") -> ConfigNode {
        var node = node
        switch node.content {
        case .mapping(let entries):
            node.content = .mapping(
                entries.map { entry in
                    guard path != "" || entry.key != "environment_variables" else { return entry }
                    var entry = entry
                    entry.value = resolve(entry.value, path: path.isEmpty ? entry.key : "\(path).\(entry.key)")
                    return entry
                })
        case .sequence(let items):
            node.content = .sequence(items.enumerated().map { resolve($1, path: "\(path)[\($0)]") })
        case .scalar(let scalar):
            let reference = VariableReference(scalar.text, isSet: { variables.values[$0] != nil })
            guard let reference else { break }
            guard !reference.names.contains("") else {
                log.fault(node.mark, path, Self.namesNone)
                node.content = .unresolved(name: "", reason: "os.environ/ names no variable")
                break
            }
            if let name = permitted.forbidden(reference, at: node.mark) {
                log.fault(
                    node.mark, path,
                    "a model over the API may not name os.environ/\(name); name it in drover.model_variables, or write the model into "
                        + "the configuration file")
                node.content = .unresolved(name: name, reason: "\(name) may not be named here")
                break
            }
            let missing = reference.names.lazy.compactMap { name in variables.reason(name).map { (name, $0) } }.first
            if let (name, reason) = missing {
                log.unsetVariable(node.mark, path, "\(reason); \(Self.consequence(for: path))")
                node.content = .unresolved(name: name, reason: reason)
            } else {
                let text = reference.text { variables.values[$0] ?? "" }
                node.content = .scalar(.init(text: text, variable: reference.names.joined(separator: " and ")))
            }
        case .unresolved: break
        }
        return node
    }

    private static func consequence(for path: String) -> String {
        if path.hasPrefix("model_list[") { return "this deployment is down until it is" }
        if path == "general_settings.master_key" { return "serve refuses to start until it is" }
        return "it is as if this line were not there"
    }
}
