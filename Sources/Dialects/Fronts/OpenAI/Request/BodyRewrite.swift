import NIOCore

/// A body of OpenAI's dialect made anew out of one that a scan has found valid, for what is rare: so that nobody behind the scan
/// has to know of it.
enum BodyRewrite {
    /// The body with the members of `extra_body` in the place of it, as OpenAI's own libraries send it. They win over members
    /// of the same name beside it.
    static func spreading(_ extra: JSONSlice, over bytes: UnsafeRawBufferPointer) -> ByteBuffer {
        var out = ByteBuffer()
        out.reserveCapacity(bytes.count)
        var isFirst = true
        func write(_ name: JSONSlice, _ value: JSONSlice) {
            out.writeStaticString(isFirst ? "{\"" : ",\"")
            isFirst = false
            out.writeBytes(bytes[name])
            out.writeStaticString("\":")
            out.writeBytes(bytes[value])
        }
        var spread: Set<String> = ["extra_body"]
        bytes.forEachMember(of: extra) { name, _ in spread.insert(JSONString.decode(bytes[name])) }
        bytes.forEachMember(of: bytes.object) { name, value in
            if !spread.contains(JSONString.decode(bytes[name])) { write(name, value) }
        }
        bytes.forEachMember(of: extra) { name, value in if !bytes[name].spells("extra_body") { write(name, value) } }
        out.writeStaticString(isFirst ? "{}" : "}")
        return out
    }

    /// The body with one member more, before all others.
    static func adding(_ member: StaticString, to bytes: UnsafeRawBufferPointer) -> ByteBuffer {
        let start = Int(bytes.object.start) + 1
        var out = ByteBuffer()
        out.compose(atMost: bytes.count + member.utf8CodeUnitCount + 2) { writer in
            writer.write("{")
            writer.write(member)
            if !bytes.isEmptyContainer(bytes.object) { writer.write(",") }
            writer.write(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
        return out
    }

    /// The body without the tools that are no functions, and without a choice among them.
    ///
    /// - Parameter takesCustom: whether OpenAI's `custom` ones stay.
    static func withoutForeignTools(
        _ bytes: UnsafeRawBufferPointer, _ tools: JSONSlice, _ front: any FrontAPI.Type, takesCustom: Bool
    ) -> ByteBuffer {
        var functions: [UInt8] = []
        var names: [JSONValue] = []
        bytes.forEachElement(of: tools) { tool in
            guard isTool(tool, of: bytes, front, takesCustom) else { return }
            if let name = JSONValue(tool, of: bytes)["name"] { names.append(name) }
            functions += functions.isEmpty ? [0x5b] : [0x2c]
            functions += bytes[tool]
        }
        let whole = bytes.object
        var edits = JSONEdits()
        _ = edits.editMembers(of: whole, in: bytes) { edits, name, value in
            let name = bytes[name]
            if value == tools, !functions.isEmpty { edits.replace(value, with: .bytes(functions + [0x5d])) }
            guard functions.isEmpty else {
                if !name.spells("tool_choice") || bytes[value][0] != 0x7b { return true }
                let chosen = JSONValue(value, of: bytes)["name"]
                return isTool(value, of: bytes, front, takesCustom)
                    || names.contains { chosen?.raw.elementsEqual($0.raw) ?? false }
            }
            return value != tools && !name.spells("tool_choice") && !name.spells("parallel_tool_calls")
        }
        var out = ByteBuffer()
        out.compose(atMost: bytes.count + edits.added) { writer in
            edits.write(bytes, from: Int(whole.start), to: bytes.count, to: &writer)
        }
        return out
    }

    /// Whether it is of a kind that may be sent.
    static func isTool(
        _ value: JSONSlice, of bytes: UnsafeRawBufferPointer, _ front: any FrontAPI.Type, _ takesCustom: Bool
    ) -> Bool {
        if front.isFunction(value, of: bytes) { return true }
        return takesCustom && bytes.member("type", of: value).map { bytes[$0].equals("\"custom\"") } == true
    }
}

extension ClientRequest {
    /// The request without tools that are no functions.
    ///
    /// - Throws: where such are not to be left out: by the path of the first one.
    func leavingForeignToolsOut(_ drops: Bool, takesCustom: Bool) throws(RequestFault) -> ClientRequest {
        let body = try body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            guard drops else { throw foreignTool(in: bytes, takesCustom) }
            return BodyRewrite.withoutForeignTools(bytes, fields[.tools], front.api, takesCustom: takesCustom)
        }
        return try ClientRequest.scan(body, front: front).joiningStream(joinsStream)
    }

    private func foreignTool(in bytes: UnsafeRawBufferPointer, _ takesCustom: Bool) -> RequestFault {
        var index = 0
        var found: (index: Int, type: String)?
        bytes.forEachElement(of: fields[.tools]) { tool in
            let type = JSONValue(tool, of: bytes)["type"]?.text.map { JSONString.decode($0) } ?? ""
            if found == nil, !BodyRewrite.isTool(tool, of: bytes, front.api, takesCustom) { found = (index, type) }
            index += 1
        }
        return .at(
            "tools[\(found?.index ?? 0)].type",
            "must be \"function\", not \"\(found?.type ?? "")\": leave the tool out, or set `drop_params: true` to have it ignored"
        )
    }

    /// A limit of -1, for who does not know it.
    func unknownLimit() -> RequestFault {
        let name = fields.has(.maxCompletionTokens) ? Parameter.maxCompletionTokens : .maxTokens
        return .at(
            "\(name.openAIName)",
            "must be at least 1 for this model: only boxes and servers inside take -1 for no limit; leave it out, or set "
                + "`drop_params: true` to have it ignored")
    }
}
