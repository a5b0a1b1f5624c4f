import NIOCore

extension FarmFault {
    /// The kinds, as the control route spells them.
    static let names = [
        "none", "refuse", "status", "hang", "slow_first_token", "stall_after", "cut_after", "no_done", "error_line",
        "bad_json", "zombie", "wrong_digest", "missing_tag", "slow_tokens",
    ]

    /// From the body of `POST /farm/fault`: `{"kind":"status","code":503,"times":3}`.
    init(json body: ByteBuffer) throws(FarmError) {
        let value: JSONValue
        do throws(JSONParser.Fault) {
            value = try body.withUnsafeReadableBytes { bytes throws(JSONParser.Fault) in try JSONParser.parse(bytes) }
        } catch {
            throw .invalid("the fault is not JSON: \(error.message)")
        }
        let fields = ProfileFields(value, path: "fault")
        let kind = try fields.text("kind") ?? "none"
        var own: Set<String> = []
        /// A field that only this kind has.
        func tokens() throws(FarmError) -> Int {
            own.insert("tokens")
            return try fields.whole("tokens", in: 0...1_000_000) ?? 0
        }
        switch kind {
        case "none": self.init(.none)
        case "refuse": self.init(.refuse)
        case "status":
            own.formUnion(["code", "retry_after"])
            self.init(
                .status(try fields.whole("code", in: 200...599) ?? 500),
                retryAfter: try fields.whole("retry_after", in: 0...86_400))
        case "hang": self.init(.hang)
        case "slow_first_token":
            own.insert("seconds")
            self.init(.slowFirstToken(.seconds(try fields.number("seconds", in: 0...86_400) ?? 1)))
        case "stall_after": self.init(.stallAfter(tokens: try tokens()))
        case "cut_after":
            own.insert("end")
            let end = try fields.text("end") ?? "reset"
            guard let cut = Cut(rawValue: end) else {
                throw .invalid("fault.end: no way to end named \"\(end)\"; it is reset, close or half_close")
            }
            self.init(.cutAfter(tokens: try tokens(), end: cut))
        case "no_done": self.init(.noDone(tokens: try tokens()))
        case "error_line": self.init(.errorLine(tokens: try tokens()))
        case "bad_json": self.init(.badJSON(tokens: try tokens()))
        case "zombie": self.init(.zombie)
        case "wrong_digest": self.init(.wrongDigest)
        case "missing_tag": self.init(.missingTag)
        case "slow_tokens":
            own.insert("factor")
            self.init(.slowTokens(factor: try fields.number("factor", in: 0.001...1_000_000) ?? 10))
        default:
            throw .invalid("fault.kind: no fault named \"\(kind)\"; there are \(Self.names.joined(separator: ", "))")
        }
        if let seconds = try fields.number("for", in: 0...86_400 * 365), seconds > 0 { duration = .seconds(seconds) }
        times = try fields.whole("times", in: 1...1_000_000_000)
        rate = try fields.number("rate", in: 0...1)
        path = try fields.text("path")
        model = try fields.text("model")
        try fields.onlyKnown(own.union(["kind", "for", "times", "rate", "path", "model"]))
    }
}
