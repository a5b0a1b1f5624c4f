import NIOCore

/// A request of `/api/generate` as one of `/api/chat`, for backs that have no words for the first: what the system is told, then
/// the prompt and its pictures as the message of a user.
enum OllamaPromptAsChat {
    /// - Parameter drops: whether what only a box understands is left out.
    /// - Throws: `RequestFault` for what only a box understands.
    static func request(for request: ClientRequest, drops: Bool) throws(RequestFault) -> ClientRequest {
        let body = try request.body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            if !drops { try refuse(request, bytes) }
            return try write(request, bytes)
        }
        return try ClientRequest.scan(body, front: .ollamaChat).joiningStream(request.joinsStream)
    }

    /// Members that mean the same in both.
    private static let shared: [Parameter] = [.stream, .format, .options, .think, .logprobs, .topLogprobs]

    private static func refuse(_ request: ClientRequest, _ bytes: UnsafeRawBufferPointer) throws(RequestFault) {
        func refusal(_ name: StaticString) -> RequestFault {
            RequestFault(
                "only boxes of Ollama's take `\(name)`: leave it out, or set `drop_params: true` to have it ignored",
                param: "\(name)")
        }
        let fields = request.fields
        if fields.has(.raw), bytes[fields[.raw]].equals("true") { throw refusal("raw") }
        if fields[.suffix].count > 2 { throw refusal("suffix") }
        if fields[.template].count > 2 { throw refusal("template") }
        if let context = bytes.goMember("context", of: bytes.object), !bytes.isEmptyContainer(context) {
            throw refusal("context")
        }
    }

    private static func write(
        _ request: ClientRequest, _ bytes: UnsafeRawBufferPointer
    ) throws(RequestFault) -> ByteBuffer {
        let fields = request.fields
        var out = ByteBuffer()
        out.reserveCapacity(bytes.count + 128)
        out.writeStaticString("{\"model\":")
        out.writeBytes(bytes[fields[.model]])
        out.writeStaticString(",\"messages\":[")
        if fields[.system].count > 2 {
            out.writeStaticString("{\"role\":\"system\",\"content\":")
            out.writeBytes(bytes[fields[.system]])
            out.writeStaticString("},")
        }
        out.writeStaticString("{\"role\":\"user\",\"content\":")
        out.writeBytes(bytes[fields[.prompt]])
        if let images = bytes.goMember("images", of: bytes.object) {
            try checkImages(images, in: bytes)
            out.writeStaticString(",\"images\":")
            out.writeBytes(bytes[images])
        }
        out.writeStaticString("}]")
        for parameter in shared where fields.has(parameter) {
            out.writeStaticString(",\"")
            out.writeStaticString(parameter.openAIName)
            out.writeStaticString("\":")
            out.writeBytes(bytes[fields[parameter]])
        }
        out.writeStaticString("}")
        return out
    }

    private static func checkImages(_ images: JSONSlice, in bytes: UnsafeRawBufferPointer) throws(RequestFault) {
        guard bytes[images][0] == 0x5b else {
            throw .unmarshal(bytes[images], at: "images", of: "[]api.ImageData", in: OllamaRoute.generate.goType)
        }
        try bytes.forEachElement(of: images) { image throws(RequestFault) in
            guard bytes[image][0] == 0x22 else {
                throw .unmarshal(bytes[image], at: "images", of: "[]uint8", in: OllamaRoute.generate.goType)
            }
        }
    }

    /// A fault of the chat, by the client's own names.
    static func inOwnWords(_ fault: RequestFault) -> RequestFault {
        guard let path = fault.param, path.hasPrefix("messages[") else { return fault }
        let rest = path.drop { $0 != "." }.dropFirst()
        let own = rest.hasPrefix("images") ? String(rest) : "prompt"
        return RequestFault(fault.message.replacing("`\(path)`", with: "`\(own)`"), param: own)
    }
}
