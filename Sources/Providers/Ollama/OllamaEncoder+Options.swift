import NIOCore

/// Ollama's `options`: the sampling parameters, from four places, of which the first that has a name wins: the
/// request's OpenAI fields, its unknown fields, its own `options` object, the deployment's defaults.
extension OllamaEncoder {
    func writeOptions(into out: inout ByteBuffer) {
        var isOpen = false
        copyOption(.temperature, "\"temperature\":", &isOpen, into: &out)
        copyOption(.topP, "\"top_p\":", &isOpen, into: &out)
        copyOption(
            fields.has(.maxCompletionTokens) ? .maxCompletionTokens : .maxTokens, "\"num_predict\":", &isOpen,
            into: &out)
        copyOption(.seed, "\"seed\":", &isOpen, into: &out)
        copyOption(.presencePenalty, "\"presence_penalty\":", &isOpen, into: &out)
        copyOption(.frequencyPenalty, "\"frequency_penalty\":", &isOpen, into: &out)
        if fields.has(.stop) {
            open(&isOpen, into: &out)
            out.writeStaticString("\"stop\":")
            writeList(fields[.stop], into: &out)
        }
        for extra in extras where !isWritten(bytes[extra.name]) {
            writeMember(extra, &isOpen, into: &out)
        }
        for option in options {
            let name = bytes[option.name]
            if isWritten(name) || extras.contains(where: { bytes[$0.name].equals(name) }) { continue }
            writeMember(option, &isOpen, into: &out)
        }
        for parameter in target.options where fields.present & parameter.overriddenBy == 0 {
            let isGiven = parameter.name.withUnsafeBytes { name in
                extras.contains { bytes[$0.name].equals(name) }
                    || options.contains { bytes[$0.name].equals(name) }
            }
            if isGiven { continue }
            open(&isOpen, into: &out)
            out.writeBytes(parameter.member)
        }
        if isOpen { out.writeInteger(0x7d as UInt8) }
    }

    /// Whether an OpenAI field of the request says the same.
    @inline(__always)
    private func isWritten(_ option: UnsafeRawBufferPointer) -> Bool {
        fields.present & OllamaParameter.fields(over: option) != 0
    }

    @inline(__always)
    private func open(_ isOpen: inout Bool, into out: inout ByteBuffer) {
        if isOpen {
            out.writeInteger(0x2c as UInt8)
        } else {
            out.writeStaticString(",\"options\":{")
            isOpen = true
        }
    }

    @inline(__always)
    private func copyOption(
        _ field: RequestField, _ name: StaticString, _ isOpen: inout Bool, into out: inout ByteBuffer
    ) {
        guard fields.has(field) else { return }
        open(&isOpen, into: &out)
        out.writeStaticString(name)
        write(fields[field], into: &out)
    }

    private func writeMember(_ extra: ClientRequest.Extra, _ isOpen: inout Bool, into out: inout ByteBuffer) {
        open(&isOpen, into: &out)
        out.writeInteger(0x22 as UInt8)
        write(extra.name, into: &out)
        out.writeStaticString("\":")
        if bytes[extra.name].equals("stop") {
            writeList(extra.value, into: &out)
        } else {
            write(extra.value, into: &out)
        }
    }

    /// Ollama takes only an array where OpenAI takes a string too.
    private func writeList(_ slice: JSONSlice, into out: inout ByteBuffer) {
        guard bytes[slice][0] == 0x22 else { return write(slice, into: &out) }
        out.writeInteger(0x5b as UInt8)
        write(slice, into: &out)
        out.writeInteger(0x5d as UInt8)
    }
}
