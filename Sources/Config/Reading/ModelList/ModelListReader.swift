import Dialects

/// Reads `model_list`, each entry by itself.
struct ModelListReader {
    let router: Configuration.RouterSettings
    let litellm: Configuration.LiteLLMSettings
    let variables: Variables
    let locality: Locality
    let log: DiagnosticLog

    func read(_ root: SectionReader) -> [DeploymentDraft] {
        guard let node = root.entry("model_list")?.value else { return [] }
        guard case .sequence(let items) = node.content else {
            if node.firstUnresolved == nil {
                log.fault(node.mark, "model_list", "expects a list, found \(node.shown)")
            }
            return []
        }
        let anybody = AnyProvider(items, variables: variables, log: log)
        return items.enumerated().flatMap { index, item in
            let path = "model_list[\(index)]"
            return anybody.entries(item, path: path).compactMap { entry in
                var own = draft(entry.node, path: path)
                own?.deployment.partOf = entry.partOf
                return own
            }
        }
    }

    private func draft(_ node: ConfigNode, path: String) -> DeploymentDraft? {
        guard !node.isNull else {
            log.fault(node.mark, path, "is empty; give it a model_name and litellm_params, or remove the dash")
            return nil
        }
        guard let entry = SectionReader(node, path: path, table: KnownKeys.modelEntry, log: log) else { return nil }
        let name = required("model_name", in: entry) { entry.text("model_name") }
        let info = entry.entry("model_info").flatMap {
            SectionReader($0.value, path: entry.path("model_info"), table: KnownKeys.modelInfo, log: log)
        }
        let id = info?.text("id")
        let slots = info?.whole("slots", atLeast: 1)
        let memory = info?.sizeIfAny("memory")
        let strategy = info?.strategy("routing_strategy")
        let requestClass: Located<RequestClass>? = info?.choice("class", what: "class")
        let params = required("litellm_params", in: entry) {
            entry.entry("litellm_params").flatMap { found in
                SectionReader(
                    found.value, path: entry.path("litellm_params"), table: KnownKeys.litellmParams, log: log,
                    passing: { KnownKeys.litellmParams.key($0) == nil })
            }
        }
        guard let params else { return nil }
        var draft = draft(name ?? Located("", path: entry.path("model_name")), params, info, node.mark)
        draft.path = path
        draft.id = id
        draft.memory = memory
        draft.strategy = strategy
        draft.requestClass = requestClass
        draft.deployment.slots = slots?.value
        // A variable that is not set leaves nothing to serve, whichever parameter waits for it.
        if let reason = node.firstUnresolved { draft.deployment.unavailable = reason }
        // One without a name or a model has its fault by now; it was read on for what else is wrong with it.
        let isWhole = name != nil && !draft.deployment.model.value.isEmpty
        return isWhole || node.firstUnresolved != nil ? draft : nil
    }

    private func draft(
        _ name: Located<String>, _ params: SectionReader, _ info: SectionReader?, _ mark: SourceMark
    ) -> DeploymentDraft {
        let written = required("model", in: params) { params.text("model") }
        let model = written ?? Located("", path: params.path("model"))
        let reference = ModelReference(model.value, custom: params.text("custom_llm_provider")?.value)
        let region = AWSKeyReader(variables: variables, log: log).region(params, reference, model)
        let trust = TrustReader(log: log).read(params) ?? litellm.trust
        let place = PlaceReader(variables: variables, log: log)
            .read(params, reference, model, region: region, trust: trust)
        let found = AccountReader(variables: variables, locality: locality, log: log)
            .read(params, reference, place, region: region)
        let timeout = params.seconds("timeout")?.value
        var deployment = Configuration.Deployment(
            modelName: name, model: model, provider: reference.provider, tag: reference.tag, apiBase: place.base,
            account: found.account, timeout: timeout ?? router.timeout,
            streamTimeout: params.seconds("stream_timeout")?.value ?? router.streamTimeout ?? timeout ?? router.timeout,
            dropParams: params.truth("drop_params")?.value ?? litellm.dropParams,
            id: DeploymentID.make(modelName: name.value, parameters: params.entries.map { ($0.key, $0.value.json) }))
        deployment.maxParallelRequests =
            params.whole("max_parallel_requests", atLeast: 1)?.value ?? router.defaultMaxParallelRequests
        deployment.extras = OptionsReader(log: log).read(params)
        let (rpm, tpm) = (params.number("rpm", atLeast: 0)?.value, params.number("tpm", atLeast: 0)?.value)
        (deployment.rpm, deployment.tpm) = (limit(rpm), limit(tpm))
        readChoice(params, info, into: &deployment)
        if written != nil {
            deployment.unavailable =
                reasonAgainst(model, reference, servedAs: name.value)
                ?? reason(missing: place.missing ?? found.missing, model, params)
        }
        return DeploymentDraft(
            deployment: deployment, instance: place.instance, weight: params.number("weight", atLeast: 0)?.value,
            rpm: rpm, tpm: tpm, cooldownTime: params.seconds("cooldown_time", mayBeZero: true), mark: mark, path: "")
    }

    /// A share of the traffic may be a fraction, a limit is whole; none is written as 0 too.
    private func limit(_ number: Double?) -> Int? {
        guard let number, number > 0 else { return nil }
        return Int(min(number, 1e15).rounded(.up))
    }

    /// The reasons to choose it beside its share: its order, its tags, its limits and its price.
    private func readChoice(
        _ params: SectionReader, _ info: SectionReader?, into deployment: inout Configuration.Deployment
    ) {
        let order = info?.whole("order", atLeast: 0)
        deployment.order = (params.whole("order", atLeast: 0) ?? order)?.value
        deployment.tags = params.texts("tags", what: "tags").map(\.value)
        deployment.maxInputTokens = info?.whole("max_input_tokens", atLeast: 1)?.value
        deployment.accessGroups = info?.texts("access_groups", what: "groups").map(\.value) ?? []
        deployment.mode = info?.text("mode")?.value
        let base = params.text("base_model")
        deployment.baseModel = (info?.text("base_model") ?? base)?.value
        deployment.price = PriceReader(log: log).read(params, info)
    }

    /// Why it is down while this variable holds nothing.
    private func reason(missing variable: String?, _ model: Located<String>, _ params: SectionReader) -> String? {
        guard let reason = variable.flatMap(variables.reason) else { return nil }
        log.unsetVariable(model.mark, model.path, "\(reason); this deployment is down until it is")
        return reason
    }

    private func required<T>(_ key: String, in section: SectionReader, _ read: () -> T?) -> T? {
        if section.entry(key) == nil { log.fault(section.mark, section.path, "has no \(key)") }
        return read()
    }

    /// Why a deployment that is well written cannot serve in this release.
    private func reasonAgainst(
        _ model: Located<String>, _ reference: ModelReference, servedAs name: String
    ) -> String? {
        if reference.provider.isEmpty {
            let known = ModelReference.known
            if let prefix = reference.strangePrefix, let near = NearMiss.of(prefix, among: known) {
                log.fault(model.mark, model.path, "no provider named \"\(prefix)\"; did you mean \"\(near)\"?")
                return "no provider named \"\(prefix)\""
            }
            log.warning(
                model.mark, model.path,
                "names no provider that is known, so this deployment is down; for Ollama write ollama/\(model.value)")
            return "\"\(model.value)\" names no provider that is known"
        }
        guard ModelReference.built.contains(reference.provider) else {
            let hint = reference.replacement.map { "; write \($0)" } ?? ""
            log.warning(
                model.mark, model.path,
                "the provider \"\(reference.provider)\" is not built in this release, so this deployment is down\(hint)"
            )
            return "the provider \"\(reference.provider)\" is not built in this release"
        }
        guard !reference.tag.isEmpty else {
            log.fault(model.mark, model.path, "names no model after the slash")
            return "names no model"
        }
        let (stars, filled) = (NamePattern.stars(in: reference.tag), NamePattern.stars(in: name))
        guard stars <= filled else {
            let has = filled == 0 ? "no *" : "fewer"
            log.warning(
                model.mark, model.path,
                "each * here stands for what a * of model_name does, and \"\(name)\" has \(has), so this deployment is down"
            )
            return "nothing fills the * of \"\(model.value)\""
        }
        return nil
    }
}
