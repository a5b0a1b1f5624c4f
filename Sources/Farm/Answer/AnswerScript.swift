/// A model's answer, token by token: decided by the request, the box and the seed, before the first is due.
struct AnswerScript: Sendable {
    enum Piece: Equatable, Sendable {
        case thinking(String)
        case text(String)
        /// A token that shows only at the end, in a tool call.
        case silent
    }

    struct ToolCall: Equatable, Sendable {
        let id: String
        let name: String
        let arguments: JSONValue
        /// The same as the model has written it, where that may be no JSON.
        var written: String?
    }

    private enum Source: Sendable {
        case words(prefix: String)
        case pieces([String])
        case tools
    }

    /// All tokens there will be, the thinking ones first.
    private(set) var tokens: Int
    /// Why it ends there: `stop` or `length`.
    private(set) var reason = "stop"
    let toolCalls: [ToolCall]

    private let source: Source
    private let thinking: Int
    private var dice: Dice
    private var position = 0

    /// - Parameters:
    ///   - box: The box's number.
    ///   - seed: The farm's.
    ///   - length: How long a free answer is.
    ///   - told: What it says instead of what it would.
    init(
        _ call: ModelCall, model: ModelProfile, box: Int, seed: UInt64, length: ClosedRange<Int>,
        told: FarmScript? = nil
    ) {
        let own = call.options.seed.map { UInt64(bitPattern: Int64($0)) } ?? 0
        dice = Dice(seed: seed ^ call.promptHash ^ (own &* 0x9E37_79B9_7F4A_7C15))
        let prefix = "box \(box): "
        let thinks = call.thinks ?? true
        thinking = model.capabilities.contains(.thinking) && thinks ? dice.within(3...8) : 0
        // An answer that is held to a form cannot say in the model's own way that it is a call.
        let calls =
            call.format != nil ? nil : Self.toolCalls(call, style: model.toolCallStyle, prefix: prefix, dice: &dice)
        var natural: Int
        if let told {
            toolCalls = Self.calls(told, &dice)
            let pieces = Self.split(told.text)
            source = pieces.isEmpty ? .tools : .pieces(pieces)
            natural = pieces.isEmpty ? 8 * max(1, toolCalls.count) : pieces.count
        } else if let calls {
            toolCalls = calls
            source = .tools
            natural = 8 * calls.count
        } else {
            toolCalls = []
            switch call.format {
            case .json:
                let value = JSONValue.object([
                    .init(name: "box", value: .number("\(box)")),
                    .init(name: "text", value: .string(prefix + Words.next(&dice) + " " + Words.next(&dice))),
                ])
                source = .pieces(Self.split(value.text))
            case .schema(let schema):
                var example = SchemaExample(root: schema, prefix: prefix, dice: dice)
                source = .pieces(Self.split(example.value().text))
            case nil:
                source = .words(prefix: prefix)
            }
            if case .pieces(let pieces) = source { natural = pieces.count } else { natural = dice.within(length) }
        }
        natural += thinking
        tokens = natural
        // Where a stop text would come, the answer ends before it.
        let stopped = Self.lengthBefore(call.options.stop, of: self, limit: natural)
        let limit = call.options.tokenLimit ?? .max
        if min(natural, stopped) > limit { reason = "length" }
        tokens = min(natural, stopped, limit)
    }

    /// The next token.
    mutating func next() -> Piece {
        defer { position += 1 }
        if position < thinking {
            return .thinking((position == 0 ? "" : " ") + dice.pick(Words.plain))
        }
        switch source {
        case .tools: return .silent
        case .pieces(let pieces): return .text(pieces[position - thinking])
        case .words(let prefix):
            switch position - thinking {
            case 0: return .text(prefix)
            case 1: return .text(Words.next(&dice))
            default: return .text(" " + Words.next(&dice))
            }
        }
    }

    private static func lengthBefore(_ stops: [String], of script: AnswerScript, limit: Int) -> Int {
        let stops = stops.filter { !$0.isEmpty }
        guard !stops.isEmpty else { return limit }
        var copy = script
        var text = ""
        for index in 0..<limit {
            guard case .text(let piece) = copy.next() else { continue }
            text += piece
            if stops.contains(where: { text.contains($0) }) { return index }
        }
        return limit
    }

    /// The calls that the user asks for by naming tools; nil where none is named, or the last word was not a user's.
    private static func toolCalls(
        _ call: ModelCall, style: ModelProfile.ToolCallStyle, prefix: String, dice: inout Dice
    ) -> [ToolCall]? {
        guard let asked = call.lastUserText else { return nil }
        let calls = call.tools.filter { asked.contains($0.name) }.map { tool in
            var example = SchemaExample(root: tool.parameters, prefix: prefix, dice: Dice(seed: dice.next()))
            let id =
                switch style {
                case .ownLine: "call_" + letters(8, &dice)
                case .lastLine: letters(32, &dice)
                }
            return ToolCall(id: id, name: tool.name, arguments: example.value())
        }
        return calls.isEmpty ? nil : calls
    }

    /// The calls of a script, whichever tools there are.
    private static func calls(_ script: FarmScript, _ dice: inout Dice) -> [ToolCall] {
        script.calls.map { call in
            ToolCall(
                id: "call_" + letters(8, &dice), name: call.name,
                arguments: (try? JSONParser.parse(call.arguments)) ?? .object([]), written: call.arguments)
        }
    }

    private static func letters(_ count: Int, _ dice: inout Dice) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<count).map { _ in dice.pick(alphabet) })
    }

    /// A text in pieces of four characters.
    private static func split(_ text: String) -> [String] {
        var pieces: [String] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            pieces.append(String(rest.prefix(4)))
            rest = rest.dropFirst(4)
        }
        return pieces
    }
}
