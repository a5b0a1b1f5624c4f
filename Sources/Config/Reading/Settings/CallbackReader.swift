/// `success_callback`, `failure_callback`, `callbacks` and `alerting`: the services that are to be told, by name.
///
/// Nothing in here is a fault: a callback that cannot work is a warning, since a gateway is to serve without it.
struct CallbackReader {
    private enum Name: String, CaseIterable {
        case langfuse, otel, prometheus, slack, webhook
    }

    /// A name that is written, and when it is called.
    private struct Written {
        var name: Name
        var place: Located<String>
        var occasions: Configuration.Occasions
    }

    private let variables: Variables
    private let log: DiagnosticLog

    init(_ variables: Variables, log: DiagnosticLog) {
        self.variables = variables
        self.log = log
    }

    func read(_ root: SectionReader) -> Configuration.Exports {
        let litellm = root.entry("litellm_settings")?.value
        let general = root.entry("general_settings")?.value
        let written =
            names("success_callback", of: litellm, "litellm_settings", .success)
            + names("failure_callback", of: litellm, "litellm_settings", .failure)
            + names("callbacks", of: litellm, "litellm_settings", [.success, .failure])
            + names("alerting", of: general, "general_settings", [])
        var exports = Configuration.Exports()
        func first(_ name: Name) -> Written? {
            guard var found = written.first(where: { $0.name == name }) else { return nil }
            for other in written where other.name == name { found.occasions.formUnion(other.occasions) }
            return found
        }
        if let langfuse = first(.langfuse) { exports.langfuse = self.langfuse(langfuse) }
        exports.traces = TraceReader(variables, log: log).read(asked: first(.otel)?.place)
        for kind in Configuration.AlertPlace.Kind.allCases {
            guard let one = Name(rawValue: kind.rawValue).flatMap(first), let url = url(kind, one.place) else {
                continue
            }
            exports.alerts.append(Configuration.AlertPlace(kind: kind, url: url))
        }
        return exports
    }

    // MARK: - Names

    /// A list of names, or one name alone.
    private func names(
        _ key: String, of section: ConfigNode?, _ path: String, _ occasions: Configuration.Occasions
    ) -> [Written] {
        guard case .mapping(let entries) = section?.content,
            let node = entries.last(where: { $0.key == key && !$0.value.isNull })?.value
        else { return [] }
        let items: [(ConfigNode, String)]
        switch node.content {
        case .sequence(let nodes): items = nodes.enumerated().map { ($1, "\(path).\(key)[\($0)]") }
        case .scalar, .mapping, .unresolved: items = [(node, "\(path).\(key)")]
        }
        return items.compactMap { item, place in
            switch item.content {
            case .scalar(let scalar) where !item.isNull && !scalar.text.isEmpty:
                return named(Located(scalar.text, mark: item.mark, path: place), occasions)
            case .unresolved: return nil
            case .scalar, .mapping, .sequence:
                log.warning(item.mark, place, "expects the name of a callback, found \(item.shown); it is left out")
                return nil
            }
        }
    }

    private func named(_ place: Located<String>, _ occasions: Configuration.Occasions) -> Written? {
        if let name = Name(rawValue: place.value.lowercased()) {
            return Written(name: name, place: place, occasions: occasions)
        }
        if Self.elsewhere.contains(place.value.lowercased()) {
            log.warning(
                place.mark, place.path,
                "\(place.value) is not part of Drover, and is left out; \(Self.known) are, and traces over OTLP reach most others"
            )
            return nil
        }
        let near = NearMiss.of(place.value, among: Name.allCases.lazy.map(\.rawValue)).map {
            "; did you mean \"\($0)\"?"
        }
        log.warning(
            place.mark, place.path,
            "no callback named \"\(place.value)\", so it is left out\(near ?? "; there are \(Self.known)")")
        return nil
    }

    private static let known = Name.allCases.map(\.rawValue).joined(separator: ", ")

    /// Callbacks of LiteLLM's that many write.
    private static let elsewhere: Set = [
        "s3", "s3_v2", "gcs_bucket", "gcs_pubsub", "azure_storage", "datadog", "datadog_llm_observability", "langsmith",
        "lunary", "helicone", "sentry", "posthog", "arize", "arize_phoenix", "braintrust", "mlflow", "opik", "logfire",
        "langfuse_otel", "langtrace", "galileo", "humanloop", "literalai", "athina", "supabase", "promptlayer",
        "wandb", "dynamodb", "generic", "generic_api", "custom_callback_api", "email", "smtp_email", "resend_email",
        "pagerduty", "openmeter", "lago", "prometheus_system", "aws_sqs", "deepeval", "agentops", "traceloop",
        "weave_otel",
    ]

    // MARK: - Their variables

    private func langfuse(_ written: Written) -> Configuration.Langfuse? {
        let needed = ["LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY"]
        let keys = needed.map { variables.first(of: [$0])?.value }
        if let missing = zip(needed, keys).first(where: { $0.1 == nil })?.0 {
            let why = variables.reason(missing) ?? "\(missing) is empty"
            log.unsetVariable(written.place.mark, written.place.path, "\(why), so nothing is sent to Langfuse")
            return nil
        }
        let host = variables.first(of: ["LANGFUSE_HOST", "LANGFUSE_BASE_URL"])
        let text = host?.value ?? "https://cloud.langfuse.com"
        do throws(BaseURLFault) {
            return Configuration.Langfuse(
                host: try BaseURL(text), publicKey: Secret(keys[0] ?? ""), secretKey: Secret(keys[1] ?? ""),
                occasions: written.occasions)
        } catch {
            log.warning(
                written.place.mark, written.place.path,
                "\(host?.name ?? "LANGFUSE_HOST"): \(error), so nothing is sent to Langfuse")
            return nil
        }
    }

    private func url(_ kind: Configuration.AlertPlace.Kind, _ place: Located<String>) -> Secret? {
        guard let url = variables.first(of: [kind.variable])?.value else {
            let why = variables.reason(kind.variable) ?? "\(kind.variable) is empty"
            log.unsetVariable(place.mark, place.path, "\(why), so no alerts go to \(kind.rawValue)")
            return nil
        }
        guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
            log.warning(place.mark, place.path, "\(kind.variable) is no URL, so no alerts go to \(kind.rawValue)")
            return nil
        }
        return Secret(url)
    }
}
