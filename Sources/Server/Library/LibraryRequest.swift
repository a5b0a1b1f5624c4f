import Dialects
import Gateway
import NIOCore

/// The body of a request that changes the boxes' libraries, read as Ollama reads it.
struct LibraryRequest {
    /// Ollama's name for the kind of request, for its refusals.
    private let type: String
    private let members: [(name: String, value: JSONText)]

    /// - Throws: 400 in Ollama's words.
    init(_ body: ByteBuffer, type: String) throws(GatewayError) {
        self.type = type
        guard body.readableBytesView.contains(where: { $0 > 0x20 }) else {
            throw .invalidRequest(message: "missing request body", param: nil)
        }
        guard let json = JSONText(String(buffer: body)) else {
            throw .invalidRequest(message: "the request body is not valid JSON", param: nil)
        }
        guard case .members(let members) = json.content else {
            throw .invalidRequest(
                message: "json: cannot unmarshal \(json.kind) into Go value of type api.\(type)", param: nil)
        }
        self.members = members
    }

    /// `model`, else its older name; empty where there is none.
    func model() throws(GatewayError) -> String {
        let model = try text("model")
        return model.isEmpty ? try text("name") : model
    }

    /// Empty where it is not there.
    func text(_ name: String) throws(GatewayError) -> String {
        switch value(name)?.content {
        case nil, .null: return ""
        case .text(let text): return text
        case .some: throw mismatch(name, "string")
        }
    }

    func flag(_ name: String, default usual: Bool) throws(GatewayError) -> Bool {
        switch value(name)?.content {
        case nil, .null: return usual
        case .truth(let truth): return truth
        case .some: throw mismatch(name, "bool")
        }
    }

    /// `boxes`, a field of our own: a list of names, or one; nil where it is not there.
    func boxes() throws(GatewayError) -> [String]? {
        switch value("boxes")?.content {
        case nil, .null: return nil
        case .text(let name): return [name]
        case .list(let list):
            var names: [String] = []
            for item in list {
                guard case .text(let name) = item.content else { throw mismatch("boxes", "[]string") }
                if !names.contains(name) { names.append(name) }
            }
            guard !names.isEmpty else {
                throw .invalidRequest(
                    message: "`boxes` is empty; leave it out for all that should have the model", param: "boxes")
            }
            return names
        case .some: throw mismatch("boxes", "[]string")
        }
    }

    /// As Go's decoder takes it: names without regard to case, the last one counts.
    private func value(_ name: String) -> JSONText? {
        members.last { $0.name == name || $0.name.lowercased() == name }?.value
    }

    private func mismatch(_ name: String, _ type: String) -> GatewayError {
        let kind = value(name)?.kind ?? "null"
        return .invalidRequest(
            message: "json: cannot unmarshal \(kind) into Go struct field \(self.type).\(name) of type \(type)",
            param: name)
    }
}

extension JSONText {
    /// Go's word for what kind of value this is.
    fileprivate var kind: String {
        switch content {
        case .null: "null"
        case .truth: "bool"
        case .number: "number"
        case .text: "string"
        case .list: "array"
        case .members: "object"
        }
    }
}

extension OllamaName {
    /// Whether a text can be a model's name: a host, a namespace, a model and a tag, of which the model must be there.
    static func isValid(_ name: String) -> Bool {
        var rest = name[...]
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        var parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return false }
        let last = parts.removeLast().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let host = parts.count == 2 ? parts.removeFirst() : "host"
        return isPart(host, and: "-.:", limit: 350) && parts.allSatisfy { isPart($0, and: "-") }
            && last.allSatisfy { isPart($0, and: "-.") }
    }

    private static func isPart(_ text: Substring, and extra: String, limit: Int = 80) -> Bool {
        func isWord(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard let first = text.utf8.first, text.utf8.count <= limit else { return false }
        return isWord(first) && text.utf8.allSatisfy { isWord($0) || extra.utf8.contains($0) }
    }
}
