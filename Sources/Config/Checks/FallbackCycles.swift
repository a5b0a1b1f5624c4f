/// Finds models that fall back to themselves, directly or by way of others. LiteLLM's users write such lists and mean
/// "whichever answers", so it is a warning: each model is tried once per request, and the circle ends there.
struct FallbackCycles {
    /// The models that aliases stand for.
    let aliases: [String: String]
    let log: DiagnosticLog

    /// One warning for each target that closes a circle. The line of `*` is left out: that its targets have it too is
    /// what it says.
    func check(_ table: FallbackTable) {
        var edges: [String: [Located<String>]] = [:]
        for rule in table.rules where rule.model.value != "*" {
            edges[behind(rule.model.value), default: []] += rule.targets
        }
        var done: Set<String> = []
        for rule in table.rules where rule.model.value != "*" {
            var path: [String] = []
            follow(behind(rule.model.value), edges, &path, &done)
        }
    }

    private func follow(
        _ model: String, _ edges: [String: [Located<String>]], _ path: inout [String], _ done: inout Set<String>
    ) {
        guard !done.contains(model) else { return }
        path.append(model)
        for target in edges[model] ?? [] {
            let next = behind(target.value)
            if let start = path.firstIndex(of: next) {
                let circle = (path[start...] + [next]).joined(separator: " → ")
                log.warning(
                    target.mark, target.path,
                    "\"\(next)\" falls back to itself: \(circle); each model is tried once per request")
            } else {
                follow(next, edges, &path, &done)
            }
        }
        path.removeLast()
        done.insert(model)
    }

    private func behind(_ name: String) -> String { aliases[name] ?? name }
}
