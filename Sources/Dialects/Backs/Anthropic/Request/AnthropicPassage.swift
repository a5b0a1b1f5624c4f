import NIOCore

/// A body of Anthropic's own API on its way there: it goes as it stands, except the model's name and whether the answer is streamed;
/// behind it stand those of the deployment's parameters that it does not name.
enum AnthropicPassage {
    /// Writes the whole request.
    ///
    /// - Parameter betas: the client's own `anthropic-beta`: without it Anthropic refuses the fields that belong to it.
    static func encode(
        _ request: ClientRequest, for target: AnthropicTarget, betas: String?, into out: inout ByteBuffer
    ) {
        let start = out.writerIndex
        let requestHead = betas.map { target.head(withBetas: $0) } ?? target.head
        request.body.withUnsafeReadableBytes { bytes in
            let body = bytes.object
            let stream: StaticString? = request.streamsUpstream && !request.stream ? "true" : nil
            var edits = JSONEdits()
            let kept = edits.editMembers(of: body, in: bytes) { edits, name, value in
                let name = bytes[name]
                // The head has named it.
                if name.spells("model") { return false }
                if let stream, name.spells("stream") { edits.replace(value, with: .text(stream)) }
                return !bytes[value].equals("null")
            }
            var rest = ByteBuffer()
            if let stream, !request.fields.has(.stream) {
                rest.writeStaticString(",\"stream\":")
                rest.writeStaticString(stream)
            }
            target.writeDefaults(beside: request, of: bytes, into: &rest)
            let head = requestHead.bytes
            out.compose(atMost: head.count + bytes.count + edits.added + rest.readableBytes + 2) { writer in
                writer.write(head)
                if kept > 0 { writer.write(byte: 0x2c) }
                let brace = bytes.lastIndex(of: 0x7d) ?? bytes.count
                edits.write(bytes, from: Int(body.start) + 1, to: brace, to: &writer)
                rest.withUnsafeReadableBytes { writer.write($0) }
                writer.write(byte: 0x7d)
            }
        }
        out.putLength(requestHead, from: start)
    }

    /// Writes the question how many tokens a message has: as it stands, except the model's name.
    static func encodeCount(
        of body: ByteBuffer, for target: AnthropicTarget, betas: String?, into out: inout ByteBuffer
    ) {
        let start = out.writerIndex
        let head = target.countHead(withBetas: betas)
        body.withUnsafeReadableBytes { bytes in
            let object = bytes.object
            var edits = JSONEdits()
            let kept = edits.editMembers(of: object, in: bytes) { _, name, value in
                !bytes[name].spells("model") && !bytes[value].equals("null")
            }
            out.compose(atMost: head.bytes.count + bytes.count + edits.added + 2) { writer in
                writer.write(head.bytes)
                if kept > 0 { writer.write(byte: 0x2c) }
                let brace = bytes.lastIndex(of: 0x7d) ?? bytes.count
                edits.write(bytes, from: Int(object.start) + 1, to: brace, to: &writer)
                writer.write(byte: 0x7d)
            }
        }
        out.putLength(head, from: start)
    }
}

extension AnthropicTarget {
    /// Writes those of the deployment's own parameters, each behind a comma, that are the same in Anthropic's words and that the request
    /// does not name itself.
    fileprivate func writeDefaults(
        beside request: ClientRequest, of bytes: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        let own = ParameterSource(bytes, of: request)
        // Nothing to be thrown.
        try? defaults.withLayers(under: own) { layers throws(RequestFault) in
            func write(_ name: StaticString, _ value: JSONValue?, isGiven: Bool) {
                guard let value, !isGiven else { return }
                out.writeStaticString(",\"")
                out.writeStaticString(name)
                out.writeStaticString("\":")
                out.writeBytes(value.raw)
            }
            let deployment = layers.deployment
            write("thinking", deployment.extra("thinking"), isGiven: own.extra("thinking") != nil)
            guard model.takesSampling else { return }
            let hasTopP = own[.topP] != nil
            write(
                "temperature", deployment[.temperature],
                isGiven: own[.temperature] != nil || hasTopP && model.takesOneOfTemperatureAndTopP)
            write(
                "top_p", deployment[.topP],
                isGiven: hasTopP || own[.temperature] != nil && model.takesOneOfTemperatureAndTopP)
            write("top_k", deployment.sampling(.topK), isGiven: own.sampling(.topK) != nil)
        }
    }
}
