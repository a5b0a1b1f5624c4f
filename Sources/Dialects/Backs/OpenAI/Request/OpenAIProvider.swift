import NIOCore

/// Requests for providers that speak OpenAI's dialect; those of other clients are written as chats first
/// (``OpenAIEncoder``).
///
/// The client's body goes as it stands, byte for byte, with the changes that ``OpenAIMembers`` has to make; behind it stand
/// what is asked of the stream and the deployment's parameters that the request does not name itself.
enum OpenAIProvider {
    static func encode(
        _ request: ClientRequest, for target: OpenAITarget, drops: Bool, into out: inout ByteBuffer
    ) throws(RequestFault) {
        let route = OpenAIRoute(request.front)
        guard request.front.dialect == .openAI, target.speaks(route) else {
            do throws(RequestFault) {
                let made = try OpenAIEncoder.request(for: request, of: target.rules.quirks)
                return try encode(made, for: target, drops: drops, into: &out)
            } catch {
                throw inWords(of: request, error)
            }
        }
        guard let head = target.head(route) else {
            throw RequestFault(
                "`\(target.rules.provider)` has no route for \(route.rawValue); use a model of another provider")
        }
        let start = out.writerIndex
        let defaults = target.defaults(route)
        try request.body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            var members = OpenAIMembers(
                bytes: bytes, request: request, target: target, defaults: defaults, drops: drops)
            let body = bytes.object
            _ = try members.edit(body)
            var room = head.bytes.count + bytes.count + members.edits.added + Self.streamRoom
            for parameter in defaults { room += parameter.member.count + 1 }
            if request.fields.has(.streamOptions) { room += Int(request.fields[.streamOptions].count) }
            out.compose(atMost: room) { writer in
                writer.write(head.bytes)
                let brace = bytes.lastIndex(of: 0x7d) ?? bytes.count
                members.edits.write(bytes, from: Int(body.start), to: brace, to: &writer)
                if request.streamsUpstream { writeStream(of: request, bytes, for: target, to: &writer) }
                for (index, parameter) in defaults.enumerated() {
                    let isGiven = parameter.name != nil && members.given[index]
                    guard !isGiven, (request.fields.present | members.written) & parameter.overriddenBy == 0 else {
                        continue
                    }
                    writer.write(byte: 0x2c)
                    writer.write(parameter.member)
                }
                writer.write(byte: 0x7d)
            }
        }
        out.putLength(head, from: start)
    }

    /// A fault of what was written for such a client, by the client's own name for the field.
    private static func inWords(of request: ClientRequest, _ fault: RequestFault) -> RequestFault {
        guard var name = fault.param, let parameter = name.withUTF8({ Parameter.named(UnsafeRawBufferPointer($0)) })
        else { return fault }
        let own = request.body.withUnsafeReadableBytes { ParameterSource($0, of: request).name(of: parameter) }
        return RequestFault(fault.message.replacing("`\(name)`", with: "`\(own)`"), param: own)
    }

    /// What `writeStream` adds at most, the client's own options apart.
    private static let streamRoom = 80

    /// Tokens are always counted, whether or not the client wants to know.
    private static func writeStream(
        of request: ClientRequest, _ bytes: UnsafeRawBufferPointer, for target: OpenAITarget,
        to writer: inout ByteWriter
    ) {
        writer.write(",\"stream\":true")
        if OpenAIRoute(request.front) == .responses {
            // It tells its tokens unasked.
            guard request.fields.has(.streamOptions) else { return }
            writer.write(",\"stream_options\":")
            writer.write(bytes[request.fields[.streamOptions]])
            return
        }
        guard target.countsStreams else { return }
        writer.write(",\"stream_options\":{\"include_usage\":true")
        if request.fields.has(.streamOptions) {
            bytes.forEachMember(of: request.fields[.streamOptions]) { name, value in
                guard !bytes[name].equals("include_usage") else { return }
                writer.write(",\"")
                writer.write(bytes[name])
                writer.write("\":")
                writer.write(bytes[value])
            }
        }
        writer.write(byte: 0x7d)
    }
}
