/// Reads `model_list`, each entry by itself.
struct ModelListReader {
    let router: Configuration.RouterSettings
    let litellm: Configuration.LiteLLMSettings
    let environment: [String: String]
    let log: DiagnosticLog

    /// What Ollama deployments without `api_base` mean.
    static func defaultOllama(_ environment: [String: String]) -> String {
        let set = environment["OLLAMA_API_BASE"] ?? ""
        return set.isEmpty ? "http://localhost:11434" : set
    }

    func read(_ root: SectionReader) -> [DeploymentDraft] {
        guard let node = root.entry("model_list")?.value else { return [] }
        guard case .sequence(let items) = node.content else {
            if node.firstUnresolved == nil {
                log.fault(node.mark, "model_list", "expects a list, found \(node.shown)")
            }
            return []
        }
        return items.enumerated().compactMap { draft($1, path: "model_list[\($0)]") }
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
        var draft = draft(name ?? Located("", path: entry.path("model_name")), params, node.mark)
        draft.path = path
        draft.id = id
        draft.strategy = strategy
        draft.requestClass = requestClass
        draft.deployment.slots = slots?.value
        // A variable that is not set leaves nothing to serve, whichever parameter waits for it.
        if let reason = node.firstUnresolved { draft.deployment.unavailable = reason }
        // One without a name or a model has its fault by now; it was read on for what else is wrong with it.
        let isWhole = name != nil && !draft.deployment.model.value.isEmpty
        return isWhole || node.firstUnresolved != nil ? draft : nil
    }

    private func draft(_ name: Located<String>, _ params: SectionReader, _ mark: SourceMark) -> DeploymentDraft {
        let written = required("model", in: params) { params.text("model") }
        let model = written ?? Located("", path: params.path("model"))
        let reference = ModelReference(model.value, custom: params.text("custom_llm_provider")?.value)
        let reason = written == nil ? nil : reasonAgainst(model, reference)
        let (base, instance) = place(params, reference, model)
        let timeout = params.seconds("timeout")?.value
        var deployment = Configuration.Deployment(
            modelName: name, model: model, provider: reference.provider, tag: reference.tag, apiBase: base,
            apiKey: params.secret("api_key"), timeout: timeout ?? router.timeout,
            streamTimeout: params.seconds("stream_timeout")?.value ?? router.streamTimeout ?? timeout ?? router.timeout,
            dropParams: params.truth("drop_params")?.value ?? litellm.dropParams,
            id: DeploymentID.make(modelName: name.value, parameters: params.entries.map { ($0.key, $0.value.json) }))
        deployment.maxParallelRequests =
            params.whole("max_parallel_requests", atLeast: 1)?.value ?? router.defaultMaxParallelRequests
        deployment.extras = extras(params)
        deployment.unavailable = reason
        return DeploymentDraft(
            deployment: deployment, instance: instance, weight: params.number("weight", atLeast: 0)?.value,
            rpm: params.number("rpm", atLeast: 0)?.value, tpm: params.number("tpm", atLeast: 0)?.value,
            cooldownTime: params.seconds("cooldown_time", mayBeZero: true), mark: mark, path: "")
    }

    private func required<T>(_ key: String, in section: SectionReader, _ read: () -> T?) -> T? {
        if section.entry(key) == nil { log.fault(section.mark, section.path, "has no \(key)") }
        return read()
    }

    /// Why a deployment that is well written cannot serve in this release.
    private func reasonAgainst(_ model: Located<String>, _ reference: ModelReference) -> String? {
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
            log.warning(
                model.mark, model.path,
                "the provider \"\(reference.provider)\" is not built in this release, so this deployment is down")
            return "the provider \"\(reference.provider)\" is not built in this release"
        }
        guard !reference.tag.isEmpty else {
            log.fault(model.mark, model.path, "names no model after the slash")
            return "names no model"
        }
        guard !reference.tag.contains("*") else {
            log.warning(
                model.mark, model.path,
                "wildcards are not built in this release, so this deployment is down; see drover.expose_tags")
            return "wildcards are not built in this release"
        }
        return nil
    }

    /// Its base URL and what it shares an instance by.
    private func place(
        _ params: SectionReader, _ reference: ModelReference, _ model: Located<String>
    ) -> (Located<BaseURL>?, DeploymentDraft.InstanceKey) {
        let nowhere = DeploymentDraft.InstanceKey.provider(reference.provider)
        let key = params.entry("api_base") == nil && params.entry("base_url") != nil ? "base_url" : "api_base"
        guard let node = params.entry(key)?.value else {
            let isOllama = reference.provider == "ollama"
            let url = isOllama ? Self.defaultOllama(environment) : ModelReference.defaultBases[reference.provider]
            guard let url else { return (nil, nowhere) }
            guard let base = try? BaseURL(trimmed(url, reference)) else {
                log.fault(
                    model.mark, params.path(key), "OLLAMA_API_BASE is not a base URL such as http://gpu-1:11434")
                return (nil, nowhere)
            }
            return (Located(base, path: params.path(key)), .base(base))
        }
        if case .unresolved(let name, _) = node.content { return (nil, .variable(name)) }
        guard let written = params.text(key) else { return (nil, nowhere) }
        do {
            let base = try BaseURL(trimmed(written.value, reference))
            if reference.provider == "ollama", base.path.hasSuffix("/v1") {
                log.warning(written.mark, written.path, "Ollama's own API is not below /v1; end the URL before it")
            }
            return (Located(base, mark: written.mark, path: written.path), .base(base))
        } catch {
            log.fault(written.mark, written.path, node.sentence(for: error))
            return (nil, nowhere)
        }
    }

    /// LiteLLM's users may write the whole path of a call as Ollama's base URL.
    private func trimmed(_ url: String, _ reference: ModelReference) -> String {
        guard reference.provider == "ollama" else { return url }
        for tail in ["/api/chat", "/api/generate"] where url.hasSuffix(tail) { return String(url.dropLast(tail.count)) }
        return url
    }

    /// Everything that goes on to the model, as JSON.
    private func extras(_ params: SectionReader) -> [String: String] {
        var extras: [String: String] = [:]
        for key in ["options", "extra_body"] {
            guard let node = params.entry(key)?.value, node.firstUnresolved == nil else { continue }
            guard case .mapping(let entries) = node.content else {
                log.fault(node.mark, params.path(key), "expects a mapping, found \(node.shown)")
                continue
            }
            for entry in entries where accepts(entry, path: "\(params.path(key)).\(entry.key)") {
                extras[entry.key] = entry.value.json
            }
        }
        for entry in params.entries where KnownKeys.litellmParams.key(entry.key) == nil {
            guard accepts(entry, path: params.path(entry.key)), isMeant(entry, params) else { continue }
            extras[entry.key] = entry.value.json
        }
        return extras
    }

    /// Whether an option is of the type its model wants.
    private func accepts(_ entry: ConfigNode.Entry, path: String) -> Bool {
        guard !entry.value.isNull, entry.value.firstUnresolved == nil else { return false }
        let expects: String
        switch (KnownKeys.modelOptions[entry.key], entry.value.content) {
        case (nil, _), (.any, _): return true
        case (.number, .scalar(let scalar)) where Double(scalar.json) != nil: return true
        case (.whole, .scalar(let scalar)) where Int(scalar.json) != nil: return true
        case (.truth, .scalar(let scalar)) where scalar.boolean != nil && !scalar.isQuoted: return true
        case (.number, _): expects = "a number"
        case (.whole, _): expects = "a whole number"
        case (.truth, _): expects = "true or false"
        }
        log.fault(entry.value.mark, path, "expects \(expects), found \(entry.value.shown)")
        return false
    }

    /// An option nobody knows goes on to the model all the same, unless it is a slip of the pen: that could be a key.
    private func isMeant(_ entry: ConfigNode.Entry, _ params: SectionReader) -> Bool {
        guard KnownKeys.modelOptions[entry.key] == nil else { return true }
        let names = KnownKeys.litellmParams.keys.map(\.name) + KnownKeys.modelOptions.keys.sorted()
        if let near = NearMiss.of(entry.key, among: names) {
            log.warning(entry.keyMark, params.path(entry.key), "unknown key; did you mean \"\(near)\"?")
            return false
        }
        log.warning(entry.keyMark, params.path(entry.key), "unknown key; it goes to the model as an option")
        return true
    }
}
