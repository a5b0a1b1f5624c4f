/// What an item of an input is.
enum ResponsesItem {
    case message(Message.Role)
    case call, result, reasoning
    /// A picture that the model has made.
    case picture
    /// What a tool of the provider's own has done.
    case work

    private static let works: [StaticString] = [
        "web_search_call", "file_search_call", "code_interpreter_call", "mcp_list_tools", "mcp_call",
        "mcp_approval_request", "mcp_approval_response", "tool_search_call", "tool_search_output",
    ]

    /// - Throws: for what no other back has words for, or is none.
    init(_ item: JSONSlice, of bytes: UnsafeRawBufferPointer, at index: Int) throws(RequestFault) {
        let type = bytes.member("type", of: item).map { bytes[$0.unquoted] }
        func says(_ word: StaticString) -> Bool { type?.spells(word) ?? false }
        if type == nil || says("message") {
            self = .message(try Self.role(of: item, in: bytes, at: index))
        } else if says("function_call") {
            self = .call
        } else if says("function_call_output") {
            self = .result
        } else if says("reasoning") {
            self = .reasoning
        } else if says("image_generation_call") {
            self = .picture
        } else if Self.works.contains(where: says) {
            self = .work
        } else if says("item_reference") {
            throw Self.unknownReference(at: index)
        } else {
            let word = type.map { JSONString.decode($0) } ?? ""
            throw .at(
                "input[\(index)].type",
                "is \"\(word)\", which this model's provider has no form for: it must be \"message\", \"function_call\", "
                    + "\"function_call_output\" or \"reasoning\"")
        }
    }

    /// A reference to an item that is none of an answer which is kept here.
    static func unknownReference(at index: Int) -> RequestFault {
        .at(
            "input[\(index)].id",
            "names no item that is kept here: its answer is another key's, it is too old, or it was asked for with `store: false`. "
                + "Send the item itself")
    }

    private static func role(
        of item: JSONSlice, in bytes: UnsafeRawBufferPointer, at index: Int
    ) throws(RequestFault) -> Message.Role {
        let word = bytes.member("role", of: item).map { bytes[$0.unquoted] }
        guard let word else { throw .at("input[\(index)].role", "is missing") }
        if word.spells("user") { return .user }
        if word.spells("assistant") { return .assistant }
        if word.spells("system") || word.spells("developer") { return .system }
        throw .at("input[\(index)].role", "must be one of user, assistant, system, developer")
    }
}

/// A part of an item's content.
enum ResponsesPart {
    /// - Throws: by the place of what is wrong.
    static func kind(
        of part: JSONSlice, in bytes: UnsafeRawBufferPointer, at place: Place
    ) throws(RequestFault) -> Block.Kind {
        guard bytes[part][0] == 0x7b else { throw place.fault(.itself, "must be an object") }
        let type = bytes.member("type", of: part).map { bytes[$0.unquoted] }
        func says(_ word: StaticString) -> Bool { type?.spells(word) ?? false }
        func string(_ name: StaticString) -> JSONSlice? {
            bytes.member(name, of: part).flatMap { bytes[$0][0] == 0x22 ? $0 : nil }
        }
        func required(_ name: StaticString) throws(RequestFault) -> JSONSlice {
            guard let text = string(name) else { throw .at("\(place.path()).\(name)", "must be a string") }
            return text
        }
        if says("input_text") || says("output_text") || says("text") || says("summary_text") {
            return .text(try required("text"))
        }
        if says("refusal") { return .refusal(try required("refusal")) }
        if says("input_image") {
            let url = bytes.member("image_url", of: part).flatMap { value in
                // Some clients write it as a chat has it.
                bytes[value][0] == 0x7b ? bytes.member("url", of: value) : value
            }
            guard let url, bytes[url][0] == 0x22 else {
                throw place.fault(.image, "must be a string: a data URI or an address")
            }
            return .image(Block.Media(data: url))
        }
        if says("input_file") {
            return .file(
                Block.Media(
                    data: string("file_data") ?? JSONSlice(),
                    id: string("file_id") ?? string("file_url") ?? JSONSlice(),
                    name: string("filename") ?? JSONSlice()))
        }
        if says("input_audio"), let audio = bytes.member("input_audio", of: part) {
            func member(_ name: StaticString) -> JSONSlice {
                bytes.member(name, of: audio).flatMap { bytes[$0][0] == 0x22 ? $0 : nil } ?? JSONSlice()
            }
            return .audio(Block.Media(data: member("data"), type: member("format")))
        }
        throw place.fault(
            .kind, "must be one of input_text, output_text, refusal, input_image, input_file, input_audio")
    }
}
