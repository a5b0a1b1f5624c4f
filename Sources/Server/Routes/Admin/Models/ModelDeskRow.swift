import Dialects
import Ledger

/// A stored model as the API shows it, with no key of a provider in it.
struct ModelDeskRow {
    private let model: StoredModel

    init(_ model: StoredModel) { self.model = model }

    var json: JSONText {
        .object([
            ("model_id", .string(model.id)), ("model_name", .string(model.name)),
            ("litellm_params", Self.masked(.stored(model.parameters))), ("model_info", .stored(model.info)),
            ("created_at", .string(model.stamps.createdAt.iso)), ("created_by", .string(model.stamps.createdBy)),
            ("updated_at", .string(model.stamps.updatedAt.iso)), ("updated_by", .string(model.stamps.updatedBy)),
        ])
    }

    /// The same without secrets, by the names of members at any depth. A variable's name is none.
    static func masked(_ json: JSONText) -> JSONText {
        switch json.content {
        case .members(let members):
            .object(members.map { ($0.name, isSecret($0.name) ? hidden($0.value) : masked($0.value)) })
        case .list(let elements): .array(elements.map(masked))
        case .null, .truth, .number, .text: json
        }
    }

    /// What stands in place of a secret.
    static let mask = "*****"

    /// Whether a secret's mask stands in it, as in an answer that is sent back.
    static func holdsMask(_ json: JSONText) -> Bool {
        switch json.content {
        case .members(let members): members.contains { isMasked($0) || holdsMask($0.value) }
        case .list(let elements): elements.contains(where: holdsMask)
        case .null, .truth, .number, .text: false
        }
    }

    static func isMasked(_ member: (name: String, value: JSONText)) -> Bool {
        guard isSecret(member.name), case .text(let text) = member.value.content else { return false }
        return text == mask
    }

    /// Whether it names a variable of the process where its value would be shown, or one that is the gateway's own.
    static func spillsVariable(_ json: JSONText, inSecret: Bool = false) -> Bool {
        switch json.content {
        case .members(let members):
            members.contains { spillsVariable($0.value, inSecret: inSecret || isSecret($0.name)) }
        case .list(let elements): elements.contains { spillsVariable($0, inSecret: inSecret) }
        case .text(let text):
            text.contains("os.environ/")
                && (!inSecret || ["LITELLM_MASTER_KEY", "DATABASE_URL"].contains { text.contains("os.environ/\($0)") })
        case .null, .truth, .number: false
        }
    }

    private static func hidden(_ json: JSONText) -> JSONText {
        switch json.content {
        case .null: json
        case .text(let text) where text.hasPrefix("os.environ/"): json
        default: .string(mask)
        }
    }

    private static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        // What a token costs is no token.
        guard !name.hasSuffix("cost_per_token") else { return false }
        return ["key", "secret", "password", "token", "credentials", "key_id", "headers", "authorization"].contains {
            name == $0 || name.hasSuffix("_" + $0)
        }
    }
}
