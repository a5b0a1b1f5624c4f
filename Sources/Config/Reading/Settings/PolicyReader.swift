/// Reads the policies of `router_settings` that count by kind of error.
struct PolicyReader {
    let log: DiagnosticLog

    /// `retry_policy`.
    func retries(_ section: SectionReader?) -> Configuration.RetryPolicy? {
        guard let section, let node = section.entry("retry_policy")?.value else { return nil }
        return retries(node, section.path("retry_policy"))
    }

    /// `model_group_retry_policy`, by the names of the models, in file order.
    func modelRetries(_ section: SectionReader?) -> [(model: Located<String>, policy: Configuration.RetryPolicy)] {
        let table = KnownSection("model_group_retry_policy", acted: [])
        guard let section, let node = section.entry("model_group_retry_policy")?.value,
            let lines = SectionReader(
                node, path: section.path("model_group_retry_policy"), table: table, log: log, passing: { _ in true })
        else { return [] }
        return lines.entries.compactMap { entry in
            let path = lines.path(entry.key)
            guard let policy = retries(entry.value, path) else { return nil }
            return (Located(entry.key, mark: entry.keyMark, path: path), policy)
        }
    }

    /// `allowed_fails_policy`.
    func allowedFails(_ section: SectionReader?) -> Located<Configuration.AllowedFailsPolicy>? {
        guard let section, let node = section.entry("allowed_fails_policy")?.value,
            let lines = SectionReader(
                node, path: section.path("allowed_fails_policy"), table: KnownKeys.allowedFailsPolicy, log: log)
        else { return nil }
        var policy = Configuration.AllowedFailsPolicy()
        for kind in Configuration.ErrorKind.allCases {
            policy.allowed[kind] = lines.whole("\(kind.rawValue)ErrorAllowedFails", atLeast: 0)?.value
        }
        return section.located(policy, node, "allowed_fails_policy")
    }

    private func retries(_ node: ConfigNode, _ path: String) -> Configuration.RetryPolicy? {
        guard let lines = SectionReader(node, path: path, table: KnownKeys.retryPolicy, log: log) else { return nil }
        var policy = Configuration.RetryPolicy()
        for kind in Configuration.ErrorKind.allCases where kind != .badGateway {
            policy.retries[kind] = lines.whole("\(kind.rawValue)ErrorRetries", atLeast: 0)?.value
        }
        policy.otherwise = lines.whole("DefaultRetries", atLeast: 0)?.value
        return policy
    }
}
