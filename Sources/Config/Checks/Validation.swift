/// Weighs the parts of a configuration against each other: what one line says about another.
struct Validation {
    let settings: SettingsReader
    let drover: DroverReader
    let drafts: [DeploymentDraft]
    let log: DiagnosticLog

    private var modelNames: [String] {
        var seen: Set<String> = []
        return drafts.map(\.deployment.modelName.value).filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    func run() {
        checkIDs()
        checkDuplicates()
        checkAliases()
        for list in settings.fallbackLists { checkFallbacks(list.node, path: list.path) }
        checkInstanceNames()
    }

    private func checkIDs() {
        var seen: [String: String] = [:]
        for draft in drafts {
            guard let id = draft.id else { continue }
            if let other = seen[id.value] {
                log.fault(id.mark, id.path, "\"\(id.value)\" is the id of \(other) too")
            } else {
                seen[id.value] = draft.path
            }
        }
    }

    /// The same model on the same instance twice: it would only get twice the share.
    private func checkDuplicates() {
        struct Place: Hashable {
            var name: String
            var provider: String
            var tag: String
            var instance: DeploymentDraft.InstanceKey
        }
        var seen: [Place: String] = [:]
        for draft in drafts {
            let place = Place(
                name: draft.deployment.modelName.value, provider: draft.deployment.provider,
                tag: draft.deployment.tag, instance: draft.instance)
            if let other = seen[place] {
                log.warning(draft.mark, draft.path, "is the same model on the same instance as \(other)")
            } else {
                seen[place] = draft.path
            }
        }
    }

    private func checkAliases() {
        let names = modelNames
        for alias in settings.router.modelGroupAlias {
            if !serves(alias.model.value, names) {
                fault(noModel: alias.model.value, alias.model.mark, alias.model.path, among: names)
            }
            if names.contains(alias.name) {
                log.warning(
                    alias.model.mark, alias.model.path, "\"\(alias.name)\" is the name of a model, which wins")
            }
        }
    }

    /// `[{model: [model, …]}, …]`, or a plain list of models for `default_fallbacks`.
    private func checkFallbacks(_ node: ConfigNode, path: String) {
        guard node.firstUnresolved == nil, !drafts.isEmpty else { return }
        guard case .sequence(let items) = node.content else {
            log.fault(node.mark, path, "expects a list, found \(node.shown)")
            return
        }
        let names = modelNames + settings.router.modelGroupAlias.map(\.name)
        for (index, item) in items.enumerated() {
            let place = "\(path)[\(index)]"
            switch item.content {
            case .scalar where path.hasSuffix("default_fallbacks"): checkTarget(item, place, names)
            case .mapping(let entries) where !path.hasSuffix("default_fallbacks"):
                for entry in entries {
                    if entry.key != "*", !serves(entry.key, names) {
                        fault(noModel: entry.key, entry.keyMark, place, among: names)
                    }
                    guard case .sequence(let targets) = entry.value.content else {
                        log.fault(
                            entry.value.mark, "\(place).\(entry.key)",
                            "expects a list of models, found \(entry.value.shown)")
                        continue
                    }
                    for target in targets { checkTarget(target, place, names) }
                }
            default:
                let expected = path.hasSuffix("default_fallbacks") ? "a model" : "{model: [model, …]}"
                log.fault(item.mark, place, "expects \(expected), found \(item.shown)")
            }
        }
    }

    private func checkTarget(_ node: ConfigNode, _ path: String, _ names: [String]) {
        switch node.content {
        case .scalar(let scalar):
            if !serves(scalar.text, names) { fault(noModel: scalar.text, node.mark, path, among: names) }
        // LiteLLM lets a target be a mapping with a model and further parameters.
        case .mapping(let entries):
            guard let model = entries.first(where: { $0.key == "model" })?.value else {
                log.fault(node.mark, path, "names no model")
                return
            }
            checkTarget(model, path, names)
        case .sequence, .unresolved:
            log.fault(node.mark, path, "expects a model, found \(node.shown)")
        }
    }

    /// Whether a name is a model's, or lies under a wildcard such as `openai/*`.
    private func serves(_ name: String, _ names: [String]) -> Bool {
        names.contains { known in
            guard let star = known.firstIndex(of: "*") else { return known == name }
            let (head, tail) = (known[..<star], known[known.index(after: star)...])
            return name.count >= head.count + tail.count && name.hasPrefix(head) && name.hasSuffix(tail)
        }
    }

    private func fault(noModel name: String, _ mark: SourceMark?, _ path: String, among names: [String]) {
        log.fault(mark, path, "no model named \"\(name)\"\(NearMiss.hint(name, among: names))")
    }

    private func checkInstanceNames() {
        guard !drover.settings.exposeTags else { return }
        let used = Set(drafts.compactMap(\.instance.base))
        let bases = drafts.compactMap(\.deployment.apiBase?.value.description)
        for (name, base) in drover.instances where !used.contains(base.value) {
            let hint = NearMiss.hint(base.value.description, among: bases)
            log.warning(
                base.mark, base.path, "no deployment uses \(base.value), so the name \(name) names nothing\(hint)")
        }
    }
}
