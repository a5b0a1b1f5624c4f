import Dialects

/// Finds out where a deployment runs.
struct PlaceReader {
    /// The result.
    struct Place {
        /// `nil` where nothing says, or what says it is wrong or waits for a variable.
        var base: Located<BaseURL>?
        /// Deployments of one key share an instance.
        var instance: DeploymentDraft.InstanceKey
        /// Whether the file says so, and not the provider or the environment.
        var isWritten = false
        /// The variable without which it has no place.
        var missing: String?
    }

    let variables: Variables
    let log: DiagnosticLog

    /// The base of Ollama deployments without `api_base`; nil where the environment's is none.
    static func defaultOllama(_ variables: Variables, log: DiagnosticLog) -> BaseURL? {
        let set = variables.first(of: ProviderProfile.ollama.baseVariables)
        let reader = PlaceReader(variables: variables, log: log)
        return try? reader.base(
            set?.value ?? ProviderProfile.ollama.base ?? "", .ollama, mark: nil, path: set?.name ?? "")
    }

    /// The place of one deployment; `region` is where Bedrock is asked for.
    func read(
        _ params: SectionReader, _ reference: ModelReference, _ model: Located<String>, region: String?,
        trust: Configuration.Trust
    ) -> Place {
        let general = ["api_base", "base_url"]
        // All are read, so that a wrong one is told even where another wins.
        let texts = Dictionary(
            uniqueKeysWithValues: (general + Providers.all.compactMap(\.baseParameter)).map { ($0, params.text($0)) })
        let keys = general + [reference.profile?.baseParameter].compactMap(\.self)
        guard let key = keys.first(where: { params.entry($0) != nil }), let node = params.entry(key)?.value else {
            return unwritten(params, reference, model, region: region, trust: trust)
        }
        var place = Place(base: nil, instance: .provider(reference.provider), isWritten: true)
        if case .unresolved(let name, _) = node.content { place.instance = .variable(name) }
        guard let written = texts[key] ?? nil else { return place }
        do {
            let base = try base(written.value, reference.profile, mark: written.mark, path: written.path)
            place.base = Located(base, mark: written.mark, path: written.path)
            place.instance = Self.instance(base, trust)
        } catch {
            log.fault(written.mark, written.path, node.sentence(for: error))
        }
        return place
    }

    /// The environment's place, else the provider's own.
    private func unwritten(
        _ params: SectionReader, _ reference: ModelReference, _ model: Located<String>, region: String?,
        trust: Configuration.Trust
    ) -> Place {
        var place = Place(base: nil, instance: .provider(reference.provider))
        guard let profile = reference.profile else { return place }
        let set = variables.first(of: profile.baseVariables)
        let own = profile.baseInRegion.map { base in region.map { base($0) } } ?? profile.base
        guard let url = set?.value ?? own else {
            // Without a region there is no place in one, and that is what its account says.
            place.missing = profile.baseInRegion == nil ? profile.baseVariables.first : nil
            return place
        }
        let path = params.path("api_base")
        guard let base = try? base(url, profile, mark: nil, path: set?.name ?? path) else {
            let name = set?.name ?? "the provider's own"
            log.fault(model.mark, path, "\(name) is not a base URL such as http://gpu-1:11434")
            return place
        }
        place.base = Located(base, path: path)
        place.instance = Self.instance(base, trust)
        return place
    }

    /// Without TLS nothing depends on whom to trust.
    static func instance(_ base: BaseURL, _ trust: Configuration.Trust) -> DeploymentDraft.InstanceKey {
        .base(base, base.scheme == .https ? trust : .system)
    }

    /// The base that a text means for a provider, without the ends that stand below a base.
    private func base(
        _ text: String, _ profile: ProviderProfile?, mark: SourceMark?, path: String
    ) throws(BaseURLFault) -> BaseURL {
        let written = try BaseURL(text)
        if let (base, _) = written.without(anyOf: profile?.callPaths ?? []) { return base }
        guard let profile, let (base, end) = written.without(anyOf: profile.foreignEnds) else { return written }
        log.warning(
            mark, path, "\(end) is left out: \(profile.name) is asked below its base URL, which ends before it")
        return base
    }
}
