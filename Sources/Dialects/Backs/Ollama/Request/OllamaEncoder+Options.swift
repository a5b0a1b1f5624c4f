/// Ollama's `options`: the sampling parameters, from four places, of which the first that has a name wins: the
/// request's parameters, those of its unknown fields that are options, its own `options` object, the deployment's defaults. Those that a model is
/// loaded with are the deployment's alone where `LoadTerms` hold them.
extension OllamaEncoder {
    func writeOptions(to out: inout ByteWriter) {
        var isOpen = false
        copyOption(.temperature, "\"temperature\":", &isOpen, to: &out)
        copyOption(.topP, "\"top_p\":", &isOpen, to: &out)
        copyOption(.maxTokens, "\"num_predict\":", &isOpen, to: &out)
        copyOption(.seed, "\"seed\":", &isOpen, to: &out)
        copyOption(.presencePenalty, "\"presence_penalty\":", &isOpen, to: &out)
        copyOption(.frequencyPenalty, "\"frequency_penalty\":", &isOpen, to: &out)
        if fields.has(.stop) {
            open(&isOpen, to: &out)
            out.write("\"stop\":")
            writeList(fields[.stop], to: &out)
        }
        for extra in extras {
            let name = bytes[extra.name]
            guard let own = OllamaOptionName.named(name), !isWritten(name), !isHeld(name) else { continue }
            // Beside Ollama's own name another server's for the same says nothing.
            if !name.spells(own), extras.contains(where: { bytes[$0.name].spells(own) }) { continue }
            writeMember(own, extra.value, &isOpen, to: &out)
        }
        for option in options {
            let name = bytes[option.name]
            if isWritten(name) || isHeld(name) || isExtra(name) { continue }
            writeMember(option, &isOpen, to: &out)
        }
        for parameter in target.options where fields.present & parameter.overriddenBy == 0 {
            let isGiven = parameter.name.withUnsafeBytes { name in
                isExtra(name) || options.contains { bytes[$0.name].equals(name) }
            }
            if isGiven && !(holdsLoad && parameter.isLoadTime) || holdsLoad && parameter.isContext { continue }
            open(&isOpen, to: &out)
            out.write(parameter.member)
        }
        if case .held(let context?) = load {
            open(&isOpen, to: &out)
            out.write("\"num_ctx\":")
            out.write(decimal: context)
        }
        if isOpen { out.write(byte: 0x7d) }
    }

    /// Whether an option of this name is among the unknown fields, be it under another server's name.
    private func isExtra(_ option: UnsafeRawBufferPointer) -> Bool {
        extras.contains { extra in
            bytes[extra.name].equals(option)
                || OllamaOptionName.named(bytes[extra.name]).map { option.equals($0) } ?? false
        }
    }

    /// Whether a client's option of this name is left out.
    @inline(__always)
    private func isHeld(_ option: UnsafeRawBufferPointer) -> Bool {
        holdsLoad && BoxOption.isLoadTime(option)
    }

    /// Whether a parameter of the request says the same.
    @inline(__always)
    private func isWritten(_ option: UnsafeRawBufferPointer) -> Bool {
        fields.present & OllamaParameter.fields(over: option) != 0
    }

    @inline(__always)
    private func open(_ isOpen: inout Bool, to out: inout ByteWriter) {
        if isOpen {
            out.write(byte: 0x2c)
        } else {
            out.write(",\"options\":{")
            isOpen = true
        }
    }

    @inline(__always)
    private func copyOption(
        _ field: Parameter, _ name: StaticString, _ isOpen: inout Bool, to out: inout ByteWriter
    ) {
        guard fields.has(field) else { return }
        open(&isOpen, to: &out)
        out.write(name)
        write(fields[field], to: &out)
    }

    private func writeMember(_ extra: ClientRequest.Extra, _ isOpen: inout Bool, to out: inout ByteWriter) {
        open(&isOpen, to: &out)
        out.write(byte: 0x22)
        write(extra.name, to: &out)
        out.write("\":")
        if bytes[extra.name].equals("stop") {
            writeList(extra.value, to: &out)
        } else {
            write(extra.value, to: &out)
        }
    }

    private func writeMember(
        _ name: StaticString, _ value: JSONSlice, _ isOpen: inout Bool, to out: inout ByteWriter
    ) {
        open(&isOpen, to: &out)
        out.write(byte: 0x22)
        out.write(name)
        out.write("\":")
        write(value, to: &out)
    }

    /// Ollama takes only an array where OpenAI takes a string too.
    private func writeList(_ slice: JSONSlice, to out: inout ByteWriter) {
        guard bytes[slice][0] == 0x22 else { return write(slice, to: &out) }
        out.write(byte: 0x5b)
        write(slice, to: &out)
        out.write(byte: 0x5d)
    }
}
