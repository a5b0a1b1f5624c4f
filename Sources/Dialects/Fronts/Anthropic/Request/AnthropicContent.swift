/// The contents of messages as `/v1/messages` has them: checked as far as they are read here, and measured. Anthropic alone judges
/// blocks that nobody else knows.
enum AnthropicContent {
    /// Bytes of the text of an array of messages, media left out.
    static func check(messages: JSONValue) throws(RequestFault) -> Int {
        var size = 0
        var number = 0
        try messages.forEachElement { message throws(RequestFault) in
            let path = "messages.\(number)"
            number += 1
            guard message.isObject else { throw .at(path, "must be an object") }
            guard let role = message["role"], roles.contains(where: { role.says($0) }) else {
                throw .at(path + ".role", "must be \"user\" or \"assistant\"")
            }
            guard let content = message["content"] else { throw .at(path + ".content", "is missing") }
            size += try check(content: content) { path + ".content" }
        }
        return size
    }

    /// Bytes of the text of `system`, a string or a list of texts.
    static func check(system: JSONValue) throws(RequestFault) -> Int {
        var number = 0
        try system.forEachElement { block throws(RequestFault) in
            guard block["type"]?.says("text") ?? false else {
                throw .at("system.\(number).type", "must be \"text\"")
            }
            number += 1
        }
        return try check(content: system) { "system" }
    }

    private static let roles: [StaticString] = ["user", "assistant", "system"]

    private static func check(content: JSONValue, at path: () -> String) throws(RequestFault) -> Int {
        if let text = content.text { return text.count }
        guard content.isArray else { throw .at(path(), "must be a string or an array of blocks") }
        var size = 0
        var number = 0
        try content.forEachElement { block throws(RequestFault) in
            size += try check(block: block) { path() + ".\(number)" }
            number += 1
        }
        return size
    }

    private static func check(block: JSONValue, at path: () -> String) throws(RequestFault) -> Int {
        guard let type = block["type"], type.text != nil else { throw .at(path() + ".type", "must be a string") }
        func string(_ name: StaticString) throws(RequestFault) -> Int {
            guard let text = block[name]?.text else { throw .at(path() + ".\(name)", "must be a string") }
            return text.count
        }
        func source() throws(RequestFault) -> JSONValue {
            guard let source = block["source"], source["type"]?.text != nil else {
                throw .at(path() + ".source", "must be an object with a `type`")
            }
            return source
        }
        if type.says("text") { return try string("text") }
        if type.says("thinking") { return try string("thinking") }
        if type.says("tool_use") {
            guard let input = block["input"], input.isObject else { throw .at(path() + ".input", "must be an object") }
            return try string("id") + string("name") + input.raw.count
        }
        if type.says("tool_result") {
            let id = try string("tool_use_id")
            guard let content = block["content"] else { return id }
            return id + (try check(content: content) { path() + ".content" })
        }
        if type.says("image") {
            _ = try source()
            return 0
        }
        if type.says("document") {
            let source = try source()
            if source["type"]?.says("content") ?? false, let content = source["content"] {
                return try check(content: content) { path() + ".source.content" }
            }
            return source["type"]?.says("text") ?? false ? source["data"]?.raw.count ?? 0 : 0
        }
        if type.says("search_result") {
            guard let content = block["content"] else { return 0 }
            return try check(content: content) { path() + ".content" }
        }
        return 0
    }
}
