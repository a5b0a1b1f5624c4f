import Dialects

/// One line of a box's answer to `/api/pull`.
enum PullLine: Equatable {
    /// How much of a layer has come.
    case layer(Layer)
    /// A step without a size, such as `verifying sha256 digest`.
    case status(String)
    /// The end, in failure.
    case error(String)

    struct Layer: Equatable {
        var digest: String
        /// The words that go with it: `pulling 6a0746a1ec1a`.
        var status: String
        var total: Int
        var completed: Int
    }

    /// The last line of a pull that went well.
    static let success = PullLine.status("success")

    /// No word of a box's is shown longer.
    private static let mostText = 500

    /// Nil for what is no such line.
    init?(_ bytes: [UInt8]) {
        guard let json = JSONText(String(decoding: bytes, as: UTF8.self)), case .members(let members) = json.content
        else { return nil }
        func text(_ name: String) -> String? {
            guard case .text(let text)? = members.last(where: { $0.name == name })?.value.content else { return nil }
            return String(text.prefix(Self.mostText))
        }
        func number(_ name: String) -> Int {
            guard case .number(let text)? = members.last(where: { $0.name == name })?.value.content else { return 0 }
            return max(0, Int(text) ?? 0)
        }
        if let error = text("error") {
            self = .error(error)
        } else if let digest = text("digest"), !digest.isEmpty {
            let status = text("status") ?? "pulling \(digest.prefix(19))"
            self = .layer(
                Layer(digest: digest, status: status, total: number("total"), completed: number("completed")))
        } else if let status = text("status") {
            self = .status(status)
        } else {
            return nil
        }
    }
}
