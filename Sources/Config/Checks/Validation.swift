import Dialects

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
        checkFallbacks()
        drover.settings.localOnly.forEach(checkModel)
        for line in drover.settings.overflow {
            checkModel(line.model)
            line.models?.forEach(checkModel)
        }
        checkKeepAlive()
        checkInstanceNames()
    }

    /// A line about a model that nobody serves keeps nothing in memory. Where instances say which tags there are, only a slip of the
    /// pen is told.
    private func checkKeepAlive() {
        let tags = drafts.map(\.deployment.tag)
        let known = modelNames + settings.router.modelGroupAlias.map(\.name) + tags.filter { !NamePattern.isOne($0) }
        let isOpen = drover.settings.exposeTags || tags.contains(where: NamePattern.isOne)
        for name in drover.settings.keepAlive.compactMap(\.model) where !serves(name.value, known) {
            let wanted = OllamaName.normalise(name.value)
            let hint = NearMiss.hint(name.value, among: known)
            guard !tags.contains(where: { OllamaName.normalise($0) == wanted }), !isOpen || !hint.isEmpty else {
                continue
            }
            log.warning(name.mark, name.path, "no model and no tag is named \"\(name.value)\"\(hint)")
        }
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

    private func checkFallbacks() {
        for table in settings.fallbackTables {
            for rule in table.rules {
                if rule.model.value != "*" { checkModel(rule.model) }
                rule.targets.forEach(checkModel)
            }
        }
        settings.modelsWithPolicies.forEach(checkModel)
        let aliases = settings.router.modelGroupAlias.map { ($0.name, $0.model.value) }
        let cycles = FallbackCycles(aliases: Dictionary(aliases) { first, _ in first }, log: log)
        cycles.check(settings.router.fallbacks)
        cycles.check(settings.router.contextWindowFallbacks)
        cycles.check(settings.router.contentPolicyFallbacks)
        let kinds = FallbackKinds(deployments: drafts.map(\.deployment), aliases: cycles.aliases, log: log)
        settings.fallbackTables.forEach(kinds.check)
    }

    /// A name that requests can be for. Where every tag is a model, any may be, so only a slip of the pen is told; in a
    /// file without models there is nothing to compare with.
    private func checkModel(_ name: Located<String>) {
        let names = modelNames + settings.router.modelGroupAlias.map(\.name)
        guard !serves(name.value, names) else { return }
        if drover.settings.exposeTags {
            let hint = NearMiss.hint(name.value, among: names)
            if !hint.isEmpty { log.warning(name.mark, name.path, "model_list has no \"\(name.value)\"\(hint)") }
        } else if !drafts.isEmpty {
            fault(noModel: name.value, name.mark, name.path, among: names)
        }
    }

    /// Whether a name is a model's, or lies under a wildcard such as `openai/*`.
    private func serves(_ name: String, _ names: [String]) -> Bool {
        names.contains { known in
            if known == name { return true }
            // A pattern is about all that fit it.
            return NamePattern(known)?.matches(name) == true || NamePattern(name)?.matches(known) == true
        }
    }

    private func fault(noModel name: String, _ mark: SourceMark?, _ path: String, among names: [String]) {
        log.fault(mark, path, "no model named \"\(name)\"\(NearMiss.hint(name, among: names))")
    }

    private func checkInstanceNames() {
        guard !drover.settings.exposeTags else { return }
        let used = Set(drafts.compactMap(\.instance.base))
        let bases = drafts.compactMap(\.deployment.apiBase?.value.description)
        for named in drover.instances where !used.contains(named.base.value) {
            let (name, base) = (named.name, named.base)
            let hint = NearMiss.hint(base.value.description, among: bases)
            log.warning(
                base.mark, base.path, "no deployment uses \(base.value), so the name \(name) names nothing\(hint)")
        }
    }
}
