/// What kind of OpenAI's models a tag names: they differ in the parameters they take.
///
/// Told from the name, as OpenAI gives no other sign; a name that is not OpenAI's is `unknown` and takes everything.
enum OpenAIModelFamily: Equatable, Sendable {
    /// Not a model of OpenAI's, or one that came later.
    case unknown
    /// gpt-3.5, gpt-4 and their kin, and the chat variants of gpt-5: they do not reason.
    case plain
    /// o1, o3, o4-mini …: they always reason.
    case oSeries
    /// gpt-5 and later. They sample as asked only while they do not reason.
    case gpt5(reasonsByDefault: Bool)
    /// gpt-5's search models, which take next to nothing.
    case search

    /// - Parameters:
    ///   - tag: the model's name, or that of a deployment of Azure's.
    ///   - isDeployment: whether people make such names up, so that the model's own may stand anywhere in them.
    init(tag: String, isDeployment: Bool) {
        if isDeployment, tag.hasPrefix("o_series/") {
            self = .oSeries
            return
        }
        let name = Self.name(tag.lowercased())
        let words = Self.words(tag.lowercased())
        if isDeployment && tag.hasPrefix("gpt5_series/") || Self.has("gpt-5", name, isDeployment)
            || Self.has("gpt-6", name, isDeployment)
        {
            self = Self.gpt5(name, words)
        } else if words.prefix(isDeployment ? words.count : 1).contains(where: { ["o1", "o3", "o4"].contains($0) }) {
            self = .oSeries
        } else if ["gpt-3", "gpt-4", "chatgpt-4"].contains(where: { Self.has($0, name, isDeployment) }) {
            self = .plain
        } else {
            self = .unknown
        }
    }

    /// Whether `max_tokens` has to be called `max_completion_tokens`.
    var wantsCompletionTokens: Bool {
        switch self {
        case .oSeries, .gpt5, .search: true
        case .unknown, .plain: false
        }
    }

    /// The rows of ``ModelTable``.
    enum Kind { case plain, oSeries, gpt5, search }

    /// Its row there; nil for one of which nothing is known.
    var kind: Kind? {
        switch self {
        case .unknown: nil
        case .plain: .plain
        case .oSeries: .oSeries
        case .gpt5: .gpt5
        case .search: .search
        }
    }

    /// The fields it does not take.
    ///
    /// - Parameter effort: the `reasoning_effort` asked for.
    func refused(effort: ReasoningEffort?) -> UInt64 {
        guard let kind else { return 0 }
        var isReasoning = false
        if case .gpt5(let reasonsByDefault) = self { isReasoning = effort.map { $0 != .none } ?? reasonsByDefault }
        return ModelTable.openAI(kind, isReasoning: isReasoning)
    }

    /// Whether it is spared a field that goes unread.
    func leavesOut(_ name: UnsafeRawBufferPointer) -> Bool {
        kind.map { ModelTable.openAI($0, leavesOut: name) } ?? false
    }

    /// Without the account before it and without what marks a fine-tuned model.
    private static func name(_ tag: String) -> String {
        let last = tag.split(separator: "/").last.map(String.init) ?? tag
        return last.hasPrefix("ft:") ? String(last.dropFirst(3)) : last
    }

    /// The parts of a name in small letters.
    static func words(_ tag: String) -> [String] {
        name(tag).split { !$0.isLetter && !$0.isNumber && $0 != "." }.map(String.init)
    }

    private static func has(_ family: String, _ name: String, _ isDeployment: Bool) -> Bool {
        isDeployment ? name.contains(family) : name.hasPrefix(family)
    }

    private static func gpt5(_ name: String, _ words: [String]) -> OpenAIModelFamily {
        if name.contains("gpt-5-chat") { return .plain }
        if words.contains("search") { return .search }
        // From 5.1 to 5.4 reasoning is off unless asked for; not so before, after, and in the special variants.
        let isQuiet = ["5.1", "5.2", "5.3", "5.4"].contains { version in words.contains { $0 == version } }
        return .gpt5(reasonsByDefault: !isQuiet || ["pro", "codex", "chat"].contains { words.contains($0) })
    }
}
