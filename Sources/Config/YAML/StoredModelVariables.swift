import Dialects

/// The variables that models over the API may name: whoever may make one names the address that a key is sent to as well, so not
/// every variable of the process is for them.
///
/// Those of the providers, those that the written `model_list` names, and those of `drover.model_variables`.
struct StoredModelVariables {
    /// The names that the store's entries of `model_list` are said to stand under.
    private let entries: Set<String>
    private var names: Set<String> = []
    private var beginnings: [String] = []

    /// None: every variable may be named everywhere.
    init() { entries = [] }

    /// - Parameter tree: of the whole configuration, with the store's entries, before variables are put in.
    init(_ tree: ConfigNode, entries: Set<String>) {
        self.entries = entries
        guard !entries.isEmpty else { return }
        for profile in Providers.all {
            names.formUnion(profile.keyVariables + profile.baseVariables + profile.tokenVariables)
            names.formUnion(profile.organizationVariables + profile.versionVariables)
        }
        names.formUnion([
            "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION_NAME", "AWS_REGION",
            "AWS_DEFAULT_REGION",
        ])
        guard case .mapping(let sections) = tree.content else { return }
        for section in sections where section.key == "model_list" { take(section.value) }
        for section in sections where section.key == "drover" { takeOwn(section.value) }
    }

    /// The variable of a text at this place that may not be named there; nil: none.
    func forbidden(_ reference: VariableReference, at mark: SourceMark) -> String? {
        guard entries.contains(mark.file) else { return nil }
        return reference.names.first { name in
            !names.contains(name) && !beginnings.contains(where: name.hasPrefix)
        }
    }

    private mutating func take(_ node: ConfigNode) {
        switch node.content {
        case .mapping(let entries): for entry in entries { take(entry.value) }
        case .sequence(let items): for item in items where !entries.contains(item.mark.file) { take(item) }
        case .scalar(let scalar):
            names.formUnion(VariableReference(scalar.text, isSet: { _ in false })?.names ?? [])
        case .unresolved: break
        }
    }

    private mutating func takeOwn(_ drover: ConfigNode) {
        guard case .mapping(let entries) = drover.content,
            case .sequence(let items)? = entries.last(where: { $0.key == "model_variables" })?.value.content
        else { return }
        for item in items {
            guard case .scalar(let scalar) = item.content else { continue }
            if scalar.text.hasSuffix("*") {
                beginnings.append(String(scalar.text.dropLast()))
            } else {
                names.insert(scalar.text)
            }
        }
    }
}
