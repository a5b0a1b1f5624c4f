import Dialects

/// An entry of `model_list` with `*` for its name and for its model, as LiteLLM has it: every name that a client asks for, at the
/// provider which the name tells. It stands for an entry `PROVIDER/*` of each provider that the environment has the key of, or the
/// address where no key is needed, but for one that the list has such an entry of: what is written for a provider holds alone.
struct AnyProvider {
    let variables: Variables
    let log: DiagnosticLog
    /// The names of all entries.
    let names: Set<String>

    init(_ list: [ConfigNode], variables: Variables, log: DiagnosticLog) {
        (self.variables, self.log) = (variables, log)
        names = Set(list.compactMap { $0.text("model_name") })
    }

    /// One of the entries that an entry stands for.
    struct Entry {
        let node: ConfigNode
        /// The `model_info.id` of the entry, where this is another and it has one.
        var partOf: String?
    }

    /// The entries that one stands for; itself where it is none of these.
    func entries(_ node: ConfigNode, path: String) -> [Entry] {
        guard Self.isOne(node) else { return [Entry(node: node)] }
        let providers = Providers.all.filter(isThere)
        if providers.isEmpty {
            log.warning(
                node.mark, path,
                "\"*\" stands for every provider whose key is in the environment, and none is: set OPENAI_API_KEY, "
                    + "ANTHROPIC_API_KEY or another one's")
        }
        return providers.filter { !names.contains("\($0.name)/*") }.map { provider in
            let own = node.replacing("model_name") { _ in "\(provider.name)/*" }
                .replacing("litellm_params", "model") { _ in "\(provider.name)/*" }
                .replacing("model_info", "id") { "\($0)/\(provider.name)" }
            return Entry(node: own, partOf: node.text("model_info", "id"))
        }
    }

    /// A key, an address or a header that is written would be every provider's, so with one it has to be said whose it is.
    private static func isOne(_ node: ConfigNode) -> Bool {
        guard node.text("model_name") == "*", node.text("litellm_params", "model") == "*" else { return false }
        let own = [
            "api_key", "api_base", "base_url", "custom_llm_provider", "extra_headers", "headers", "organization",
            "azure_ad_token", "ca_bundle", "aws_access_key_id", "aws_secret_access_key", "aws_bedrock_runtime_endpoint",
        ]
        return own.allSatisfy { node.member("litellm_params")?.member($0) == nil }
    }

    private func isThere(_ provider: ProviderProfile) -> Bool {
        func holds(_ names: [String]) -> Bool { names.contains { !(variables.values[$0] ?? "").isEmpty } }
        guard provider.needsKey else { return holds(provider.baseVariables) }
        let hasKey = holds(provider.keyVariables + provider.tokenVariables)
        if provider.baseInRegion != nil { return hasKey || holds(["AWS_ACCESS_KEY_ID"]) }
        return hasKey && (provider.base != nil || holds(provider.baseVariables))
    }
}

extension ConfigNode {
    /// The value of a member that is neither absent nor null.
    fileprivate func member(_ key: String) -> ConfigNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.last { $0.key == key && !$0.value.isNull }?.value
    }

    /// The text of a member, or of a member's member.
    fileprivate func text(_ keys: String...) -> String? {
        let found = keys.reduce(self as ConfigNode?) { $0?.member($1) }
        guard case .scalar(let scalar)? = found?.content else { return nil }
        return scalar.text
    }

    /// The same with another text at a member, or a member's member, that has one.
    fileprivate func replacing(_ keys: String..., with text: (String) -> String) -> ConfigNode {
        replacing(keys[...], with: text)
    }

    private func replacing(_ keys: ArraySlice<String>, with text: (String) -> String) -> ConfigNode {
        var node = self
        if let key = keys.first {
            guard case .mapping(var entries) = content else { return self }
            for index in entries.indices where entries[index].key == key {
                entries[index].value = entries[index].value.replacing(keys.dropFirst(), with: text)
            }
            node.content = .mapping(entries)
        } else if case .scalar(var scalar) = content {
            scalar.text = text(scalar.text)
            node.content = .scalar(scalar)
        }
        return node
    }
}
